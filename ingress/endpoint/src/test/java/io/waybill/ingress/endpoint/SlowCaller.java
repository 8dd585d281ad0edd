package io.waybill.ingress.endpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Whoever sends a request bit by bit, over a connection of its own. */
public final class SlowCaller implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;

    public SlowCaller(RunningIngress ingress) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), ingress.port());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The head of a request with a body of so many bytes. */
    public static String head(String path, int length) {
        return """
            POST %s HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Content-Length: %d\r
            \r
            """.formatted(path, length);
    }

    /** Whether it was still taken. */
    public boolean send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return true;
        } catch (SocketException closed) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a letter every 50 ms for as long as somebody listens. */
    public void trickle() {
        Instant start = Instant.now();
        while (send("x") && !isClosedWithin(Duration.ofMillis(50))) {
            if (start.plus(PATIENCE).isBefore(Instant.now())) {
                throw new AssertionError("still open after " + PATIENCE);
            }
        }
    }

    /** Whether the server closes the connection meanwhile, without an answer. */
    public boolean isClosedWithin(Duration time) {
        String read = read(time);
        if (read != null && !read.isEmpty()) {
            throw new AssertionError("an answer: " + read);
        }
        return read != null;
    }

    /** The first bytes of the answer. */
    public String answer() {
        return String.valueOf(read(PATIENCE));
    }

    /** Goes, and waits until the server has seen it. */
    public void hangUp() {
        try {
            socket.shutdownOutput();
        } catch (IOException alreadyClosed) {
            return;
        }
        String read;
        do {
            read = read(PATIENCE);
            if (read == null) {
                throw new AssertionError("still open after " + PATIENCE);
            }
        } while (!read.isEmpty());
    }

    /** Null where there is nothing, empty where it is closed. */
    private String read(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
            byte[] answer = new byte[512];
            int read = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
        } catch (SocketTimeoutException silent) {
            return null;
        } catch (SocketException closed) {
            return "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
