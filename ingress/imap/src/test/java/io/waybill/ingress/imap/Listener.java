package io.waybill.ingress.imap;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A listener that posts what it is told, signed by the library that everybody else uses too. */
final class Listener {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI server;

    Listener(URI server) {
        this.server = server;
    }

    /** The headers of a callback that is signed now. */
    static Map<String, String> sign(Secret key, String body) {
        return sign(key, body, Instant.now());
    }

    static Map<String, String> sign(Secret key, String body, Instant at) {
        try {
            String id = "msg_" + UUID.randomUUID();
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("webhook-id", id);
            headers.put("webhook-timestamp", Long.toString(at.getEpochSecond()));
            headers.put("webhook-signature", new Webhook(key.bytes()).sign(id, at.getEpochSecond(), body));
            headers.put("content-type", "application/json");
            return headers;
        } catch (EmptyWebhookSecretException | WebhookSigningException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** As a listener of ours does it. */
    HttpResponse<String> push(Mailbox mailbox, Secret key, ImapNotification notification) {
        return pushAsync(mailbox, key, notification).join();
    }

    CompletableFuture<HttpResponse<String>> pushAsync(Mailbox mailbox, Secret key, ImapNotification notification) {
        String body = new String(notification.toJson(), StandardCharsets.UTF_8);
        return postAsync(mailbox.k(), sign(key, body), body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> post(String k, Map<String, String> headers, String body) {
        return post(k, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> post(String k, Map<String, String> headers, byte[] body) {
        return postAsync(k, headers, body).join();
    }

    CompletableFuture<HttpResponse<String>> postAsync(String k, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request = request(
                        "/imap/notifications" + (k == null ? "" : "?k=" + URLEncoder.encode(k, StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return HTTP.sendAsync(request(path).GET().build(), HttpResponse.BodyHandlers.ofString())
                .join();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
    }
}
