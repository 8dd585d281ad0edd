package io.waybill.sources.imap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * Says to each command whatever the test wants, IMAP or not. {@code %} in an answer stands for the command's tag; a null answer
 * closes the connection.
 */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listener;
    private final UnaryOperator<String> answers;
    private final CountDownLatch closedByClient = new CountDownLatch(1);

    ScriptedServer(UnaryOperator<String> answers) {
        this.answers = answers;
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

    /** Opens and logs in well, describes one message of the given size, and answers its body as told. */
    static ScriptedServer ofOneMessage(long size, String bodyAnswer) {
        return new ScriptedServer(command -> switch (command.split(" ", 2)[0]) {
            case "UID" ->
                command.contains("BODY")
                        ? bodyAnswer
                        : "* 1 FETCH (UID 7 RFC822.SIZE " + size
                                + " INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n% OK done\r\n";
            default -> usual(command);
        });
    }

    static String usual(String command) {
        return switch (command.split(" ", 2)[0]) {
            case "GREETING" -> "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n";
            case "CAPABILITY" -> "* CAPABILITY IMAP4rev1 IDLE\r\n% OK done\r\n";
            case "EXAMINE" ->
                "* 1 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n* OK [UIDNEXT 8] ok\r\n% OK [READ-ONLY] done\r\n";
            case "LOGOUT" -> null;
            default -> "% OK done\r\n";
        };
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Counts down when a client has closed its connection. */
    CountDownLatch closedByClient() {
        return closedByClient;
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
            OutputStream out = client.getOutputStream();
            String greeting = answers.apply("GREETING");
            out.write(greeting.getBytes(StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] tagged = line.split(" ", 2);
                String answer = answers.apply(tagged.length == 1 ? tagged[0] : tagged[1]);
                if (answer == null) {
                    return;
                }
                out.write(answer.replace("%", tagged[0]).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
            closedByClient.countDown();
        } catch (IOException gone) {
            closedByClient.countDown();
        }
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
