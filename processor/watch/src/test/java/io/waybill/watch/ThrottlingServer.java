package io.waybill.watch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Throttles each login, as Exchange Online says it. */
final class ThrottlingServer implements AutoCloseable {
    private final List<Instant> logins = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;
    private final Duration pause;

    ThrottlingServer(Duration pause) {
        this.pause = pause;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        Thread.ofVirtual().start(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    /** When somebody tried to log in. */
    List<Instant> logins() {
        return List.copyOf(logins);
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
            OutputStream out = client.getOutputStream();
            out.write(bytes("* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n"));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String tag = line.split(" ", 2)[0];
                if (line.contains(" LOGIN ")) {
                    logins.add(Instant.now());
                    out.write(bytes(tag + " BAD Request is throttled. Suggested Backoff Time: " + pause.toMillis()
                            + " milliseconds\r\n"));
                } else {
                    out.write(bytes(tag + " OK done\r\n"));
                }
            }
        } catch (IOException gone) {
            // The client had enough.
        }
    }

    private static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }
}
