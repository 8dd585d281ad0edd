package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.AnswerWriter;
import java.io.IOException;

/** Puts replies on the wire in Google's form. */
final class ReplyWriter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTENT_TYPE = "application/json; charset=UTF-8";

    /** @param ending done just before the last byte */
    static void write(HttpExchange exchange, GmailReply reply, int bytesPerSecond, boolean truncated, Runnable ending)
            throws IOException, InterruptedException {
        switch (reply) {
            case GmailReply.Json json -> body(exchange, json.body(), bytesPerSecond, truncated, ending);
            case GmailReply.Cacheable cacheable -> {
                exchange.getResponseHeaders()
                        .set(
                                "Cache-Control",
                                "public, max-age=" + cacheable.maxAge().toSeconds()
                                        + ", must-revalidate, no-transform");
                body(exchange, cacheable.body(), bytesPerSecond, truncated, ending);
            }
            case GmailReply.Empty() ->
                AnswerWriter.write(exchange, 204, new byte[0], bytesPerSecond, truncated, ending);
        }
    }

    static void refuse(HttpExchange exchange, GmailAnswer answer) throws IOException {
        if (answer.status() == 401) {
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"");
        }
        if (answer.retryAfter() != null) {
            AnswerWriter.retryAfter(exchange, answer.retryAfter());
        }
        exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
        ObjectNode json = JSON.createObjectNode();
        ObjectNode error = json.putObject("error");
        error.put("code", answer.status());
        error.put("message", answer.message());
        error.putArray("errors")
                .addObject()
                .put("message", answer.message())
                .put("domain", answer.domain())
                .put("reason", answer.reason());
        error.put("status", statusName(answer));
        byte[] body = JSON.writeValueAsBytes(json);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    private static void body(
            HttpExchange exchange, ObjectNode json, int bytesPerSecond, boolean truncated, Runnable ending)
            throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
        AnswerWriter.write(exchange, 200, JSON.writeValueAsBytes(json), bytesPerSecond, truncated, ending);
    }

    /** As gRPC names it. */
    private static String statusName(GmailAnswer answer) {
        return switch (answer.status()) {
            case 400 -> answer.reason().equals("failedPrecondition") ? "FAILED_PRECONDITION" : "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "INTERNAL";
        };
    }

    private ReplyWriter() {}
}
