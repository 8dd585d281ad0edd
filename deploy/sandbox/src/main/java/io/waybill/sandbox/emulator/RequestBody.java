package io.waybill.sandbox.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Optional;

/** Reads bodies of requests. */
public final class RequestBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** All of it; empty where it has more than so many bytes. */
    public static Optional<byte[]> read(HttpExchange exchange, int most) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(most + 1);
        return body.length > most ? Optional.empty() : Optional.of(body);
    }

    /** The JSON object that it is; empty where it is none. */
    public static Optional<JsonNode> object(byte[] body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(JsonNode::isObject);
        } catch (JsonProcessingException garbled) {
            return Optional.empty();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private RequestBody() {}
}
