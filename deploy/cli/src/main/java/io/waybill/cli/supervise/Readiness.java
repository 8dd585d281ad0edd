package io.waybill.cli.supervise;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Tells whether a program serves. Answers within about a second, never throws. */
@FunctionalInterface
public interface Readiness {
    /** Longer than a check takes on a loaded machine, shorter than a person's patience. */
    int TIMEOUT_MS = 1_500;

    boolean isReady();

    /** Ready when the address answers 200. */
    static Readiness http(URI address) {
        return () -> {
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) address.toURL().openConnection();
                connection.setConnectTimeout(TIMEOUT_MS);
                connection.setReadTimeout(TIMEOUT_MS);
                try {
                    return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
                } finally {
                    connection.disconnect();
                }
            } catch (IOException notYet) {
                return false;
            }
        };
    }
}
