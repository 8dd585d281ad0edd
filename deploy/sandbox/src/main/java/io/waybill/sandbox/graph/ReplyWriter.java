package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Puts replies on the wire, as slow and as short as it is told to. */
final class ReplyWriter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TICKS_PER_SECOND = 20;

    static void write(HttpExchange exchange, GraphReply reply, int bytesPerSecond, boolean truncated)
            throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("request-id", UUID.randomUUID().toString());
        switch (reply) {
            case GraphReply.Json json -> {
                exchange.getResponseHeaders()
                        .set(
                                "Content-Type",
                                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8");
                body(exchange, json.status(), JSON.writeValueAsBytes(json.body()), bytesPerSecond, truncated);
            }
            case GraphReply.Mime mime -> {
                exchange.getResponseHeaders().set("Content-Type", "text/plain");
                body(exchange, 200, mime.content(), bytesPerSecond, truncated);
            }
            case GraphReply.Empty empty -> exchange.sendResponseHeaders(empty.status(), -1);
        }
    }

    static void refuse(HttpExchange exchange, GraphAnswer answer) throws IOException {
        String id = UUID.randomUUID().toString();
        exchange.getResponseHeaders().set("request-id", id);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (answer.retryAfter() != null) {
            // Whole seconds, and not zero: a client that waits as told must not come too early.
            long seconds = answer.retryAfter().plusMillis(999).toSeconds();
            exchange.getResponseHeaders().set("Retry-After", Long.toString(Math.max(1, seconds)));
        }
        ObjectNode json = JSON.createObjectNode();
        ObjectNode error = json.putObject("error");
        error.put("code", answer.code());
        error.put("message", answer.message());
        error.putObject("innerError")
                .put(
                        "date",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""))
                .put("request-id", id)
                .put("client-request-id", id);
        byte[] body = JSON.writeValueAsBytes(json);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    /** A body that is cut short is announced in full; the connection ends in its middle. */
    private static void body(HttpExchange exchange, int status, byte[] body, int bytesPerSecond, boolean truncated)
            throws IOException, InterruptedException {
        int length = truncated ? body.length / 2 : body.length;
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        OutputStream out = exchange.getResponseBody();
        if (bytesPerSecond == 0) {
            out.write(body, 0, length);
        } else {
            int chunk = Math.max(1, bytesPerSecond / TICKS_PER_SECOND);
            for (int sent = 0; sent < length; sent += chunk) {
                int part = Math.min(chunk, length - sent);
                out.write(body, sent, part);
                out.flush();
                Thread.sleep(1_000L * part / bytesPerSecond);
            }
        }
        out.flush();
    }

    private ReplyWriter() {}
}
