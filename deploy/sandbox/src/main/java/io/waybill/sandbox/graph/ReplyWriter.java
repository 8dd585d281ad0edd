package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.AnswerWriter;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Puts replies on the wire, as slow and as short as it is told to. */
final class ReplyWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param ending done just before the last byte */
    static void write(HttpExchange exchange, GraphReply reply, int bytesPerSecond, boolean truncated, Runnable ending)
            throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("request-id", UUID.randomUUID().toString());
        switch (reply) {
            case GraphReply.Json json -> {
                exchange.getResponseHeaders()
                        .set(
                                "Content-Type",
                                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8");
                AnswerWriter.write(
                        exchange,
                        json.status(),
                        JSON.writeValueAsBytes(json.body()),
                        bytesPerSecond,
                        truncated,
                        ending);
            }
            case GraphReply.Mime mime -> {
                exchange.getResponseHeaders().set("Content-Type", "text/plain");
                AnswerWriter.write(exchange, 200, mime.content(), bytesPerSecond, truncated, ending);
            }
            case GraphReply.Empty empty ->
                AnswerWriter.write(exchange, empty.status(), new byte[0], bytesPerSecond, truncated, ending);
        }
    }

    static void refuse(HttpExchange exchange, GraphAnswer answer) throws IOException {
        String id = UUID.randomUUID().toString();
        exchange.getResponseHeaders().set("request-id", id);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (answer.retryAfter() != null) {
            AnswerWriter.retryAfter(exchange, answer.retryAfter());
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

    private ReplyWriter() {}
}
