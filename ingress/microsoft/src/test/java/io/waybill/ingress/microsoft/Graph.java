package io.waybill.ingress.microsoft;

import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.Caller;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Microsoft Graph, as far as it posts; the bodies are as its documentation shows them. */
final class Graph {
    private final Caller caller;

    Graph(Caller caller) {
        this.caller = caller;
    }

    /** A change notification collection of the items. */
    static String collection(String... items) {
        return "{\"value\":[" + String.join(",", items) + "]}";
    }

    /** A message came into the mailbox. */
    static String created(Mailbox mailbox, String messageId) {
        return created(Ingress.clientState(mailbox), Ingress.DIRECTORY, messageId);
    }

    static String created(String clientState, String directory, String messageId) {
        return """
            { "id":"lsgTZMr9KwAAA",
              "subscriptionId":"c6126aa3-0ed8-412f-a988-71e6cee627c4",
              "subscriptionExpirationDateTime":"2026-01-02T03:12:18.2257768+05:30",
              "clientState":"%s", "changeType":"created",
              "resource":"Users/622eaaff-0683-4862-9de4-f2ec83c2bd98/Messages/%s",
              "tenantId":"%s",
              "resourceData":{ "@odata.type":"#Microsoft.Graph.Message",
                "@odata.id":"Users/622eaaff-0683-4862-9de4-f2ec83c2bd98/Messages/%s",
                "@odata.etag":"W/\\"CQAAABYAAACQ2fKdhq8oSKEDSVrdi3lRAAGDUUXn\\"", "id":"%s" } }
            """.formatted(clientState, messageId, directory, messageId, messageId);
    }

    /** Something became of the mailbox's subscription. */
    static String lifecycle(Mailbox mailbox, String event) {
        return """
            { "subscriptionId":"c6126aa3-0ed8-412f-a988-71e6cee627c4",
              "subscriptionExpirationDateTime":"2026-03-20T11:00:00.0000000Z",
              "tenantId":"%s", "clientState":"%s", "lifecycleEvent":"%s" }
            """.formatted(Ingress.DIRECTORY, Ingress.clientState(mailbox), event);
    }

    /** Posts a collection to the notificationUrl of the mailbox. */
    HttpResponse<String> notify(Mailbox mailbox, String... items) {
        return notifyAsync(mailbox, items).join();
    }

    CompletableFuture<HttpResponse<String>> notifyAsync(Mailbox mailbox, String... items) {
        return postAsync(notifications(mailbox), "application/json; charset=utf-8", bytes(collection(items)));
    }

    static String notifications(Mailbox mailbox) {
        return "/microsoft/notifications?k=" + mailbox.k();
    }

    static String lifecycleUrl(Mailbox mailbox) {
        return "/microsoft/lifecycle?k=" + mailbox.k();
    }

    HttpResponse<String> post(String path, String contentType, String body) {
        return postAsync(path, contentType, bytes(body)).join();
    }

    CompletableFuture<HttpResponse<String>> postAsync(String path, String contentType, byte[] body) {
        return caller.postAsync(path, contentType == null ? Map.of() : Map.of("content-type", contentType), body);
    }

    HttpResponse<String> get(String path) {
        return caller.get(path);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
