package io.waybill.sources.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One call.
 *
 * @param path below the provider's base address, its query included
 * @param body JSON
 */
public record Call(String method, String path, Optional<byte[]> body) {
    /** Until the head of the answer; the body is bounded by the call's caller. */
    private static final Duration HEAD = Duration.ofSeconds(60);

    public static Call get(String path) {
        return new Call("GET", path, Optional.empty());
    }

    public static Call delete(String path) {
        return new Call("DELETE", path, Optional.empty());
    }

    public static Call post(String path) {
        return new Call("POST", path, Optional.empty());
    }

    public static Call with(String method, String path, JsonNode body) {
        return new Call(method, path, Optional.of(body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** One step of a path, or one value of a query, whatever is in it. */
    public static String step(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The request, to which headers may be added. */
    public HttpRequest.Builder at(URI address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .method(
                        method,
                        body.map(HttpRequest.BodyPublishers::ofByteArray).orElseGet(HttpRequest.BodyPublishers::noBody))
                .timeout(HEAD);
        if (body.isPresent()) {
            request.header("Content-Type", "application/json");
        }
        return request;
    }
}
