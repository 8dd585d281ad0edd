package io.waybill.ingress.imap;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.ingress.endpoint.Caller;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A listener that posts what it is told, signed by the library that everybody else uses too. */
final class Listener {
    private final Caller caller;

    Listener(Caller caller) {
        this.caller = caller;
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
        String query = k == null ? "" : "?k=" + URLEncoder.encode(k, StandardCharsets.UTF_8);
        return caller.postAsync("/imap/notifications" + query, headers, body);
    }

    HttpResponse<String> get(String path) {
        return caller.get(path);
    }
}
