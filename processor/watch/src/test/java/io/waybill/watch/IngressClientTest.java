package io.waybill.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.waybill.contracts.ImapNotification;
import io.waybill.watch.IngressClient.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IngressClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    @DisplayName("an answer that stops within its body holds up no listener")
    void post_bodyThatNeverComes_isLater() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                IngressClient client = new IngressClient(
                        URI.create("http://127.0.0.1:" + listener.getLocalPort()),
                        WatchWorld.SECRETS,
                        Clock.systemUTC())) {
            Thread.ofVirtual().start(() -> beginToAnswer(listener));
            assertEquals(
                    new Answer.Later(Optional.empty()),
                    assertTimeoutPreemptively(
                            LIMIT,
                            () -> client.post(
                                    WatchWorld.mailbox("box", 993, "INBOX"), ImapNotification.changed("INBOX"))));
        }
    }

    /** Announces ten bytes, sends none, and stays until the client has had enough. */
    private static void beginToAnswer(ServerSocket listener) {
        try (Socket client = listener.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            client.getOutputStream()
                    .write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 10\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            while (line != null) {
                line = in.readLine();
            }
        } catch (IOException gone) {
            // The client had enough.
        }
    }
}
