package io.waybill.ingress.google;

import io.waybill.contracts.PushRegistration;
import io.waybill.ingress.endpoint.Caller;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Pub/Sub, as far as it pushes; the bodies are as it was seen to make them. */
final class Pubsub {
    private final Caller caller;

    Pubsub(Caller caller) {
        this.caller = caller;
    }

    /** What Gmail publishes when a mailbox changes. */
    static String data(String address, long historyId) {
        return base64("{\"emailAddress\":\"" + address + "\",\"historyId\":" + historyId + "}");
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A push of a message with the data: ids and times in both spellings, and a line's end. */
    static String body(PushRegistration registration, String data) {
        return """
            {"message":{"data":"%s","messageId":"7514282652270598","message_id":"7514282652270598",\
            "publishTime":"2023-04-24T11:31:42.877Z","publish_time":"2023-04-24T11:31:42.877Z"},\
            "subscription":"%s"}
            """.formatted(data, registration.subscription());
    }

    /** Pushes to the registration's endpoint. */
    HttpResponse<String> push(PushRegistration registration, String token, String body) {
        return pushAsync(registration, token, body).join();
    }

    CompletableFuture<HttpResponse<String>> pushAsync(PushRegistration registration, String token, String body) {
        return postAsync("/google/push?k=" + registration.k(), authorization(token), body);
    }

    static Map<String, String> authorization(String token) {
        return Map.of("authorization", "Bearer " + token);
    }

    HttpResponse<String> post(String path, Map<String, String> headers, String body) {
        return postAsync(path, headers, body).join();
    }

    CompletableFuture<HttpResponse<String>> postAsync(String path, Map<String, String> headers, String body) {
        Map<String, String> all = new HashMap<>(Map.of(
                "content-type",
                "application/json",
                "from",
                "noreply@google.com",
                "user-agent",
                "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"));
        all.putAll(headers);
        return caller.postAsync(path, all, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> get(String path) {
        return caller.get(path);
    }
}
