package io.waybill.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Tells a provider's emulator what to do.
 *
 * @param name whose it is
 * @param base where it is told
 */
record EmulatorClient(String name, URI base) {
    private static final int TIMEOUT_MS = 10_000;

    /** Something goes wrong from now on, as the emulator's JSON says it. */
    void faults(String json) {
        post("faults", json.getBytes(StandardCharsets.UTF_8));
    }

    /** A mail comes in. Returns its id. */
    String deliver(String user, byte[] eml) {
        return post("messages?user=" + user, eml).path("id").asText();
    }

    private JsonNode post(String call, byte[] body) {
        URI address = base.resolve(call);
        try {
            HttpURLConnection request = (HttpURLConnection) address.toURL().openConnection();
            request.setConnectTimeout(TIMEOUT_MS);
            request.setReadTimeout(TIMEOUT_MS);
            request.setRequestMethod("POST");
            request.setDoOutput(true);
            request.getOutputStream().write(body);
            try (InputStream answer = request.getInputStream()) {
                return new ObjectMapper().readTree(answer);
            }
        } catch (IOException failed) {
            throw Problem.incomplete(
                    name + "'s emulator does not do as asked ("
                            + failed.getClass().getSimpleName() + ")",
                    address.toString(),
                    "Try again; the sandbox's log says more.");
        }
    }
}
