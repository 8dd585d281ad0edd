package io.waybill.sandbox.emulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Puts answers on the wire, as slow and as short as it is told to. */
public final class AnswerWriter {
    private static final int TICKS_PER_SECOND = 20;

    /**
     * A body that is cut short is announced in full; the connection ends in its middle.
     *
     * @param bytesPerSecond 0 for as fast as it goes
     * @param ending done just before the last byte: a client that has it may make its next call at once
     */
    public static void write(
            HttpExchange exchange, int status, byte[] body, int bytesPerSecond, boolean truncated, Runnable ending)
            throws IOException, InterruptedException {
        if (body.length == 0) {
            ending.run();
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        int length = truncated ? body.length / 2 : body.length;
        int last = Math.max(0, length - 1);
        exchange.sendResponseHeaders(status, body.length);
        OutputStream out = exchange.getResponseBody();
        if (bytesPerSecond == 0) {
            out.write(body, 0, last);
        } else {
            int chunk = Math.max(1, bytesPerSecond / TICKS_PER_SECOND);
            for (int sent = 0; sent < last; sent += chunk) {
                int part = Math.min(chunk, last - sent);
                out.write(body, sent, part);
                out.flush();
                Thread.sleep(1_000L * part / bytesPerSecond);
            }
        }
        ending.run();
        out.write(body, last, length - last);
        out.flush();
    }

    /** Whole seconds, and not zero: a client that waits as told must not come too early. */
    public static void retryAfter(HttpExchange exchange, Duration time) {
        long seconds = time.plusMillis(999).toSeconds();
        exchange.getResponseHeaders().set("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    private AnswerWriter() {}
}
