package io.waybill.sandbox.gmail;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts a message to the endpoint of a subscription, signed by Google. */
final class Pusher {
    // 102 is an interim answer: the JDK's client waits for the final one.
    private static final Set<Integer> ACKNOWLEDGED = Set.of(102, 200, 201, 202, 204);

    private final HttpClient client;
    private final PushTokens tokens;
    private final Duration ackDeadline;

    Pusher(HttpClient client, PushTokens tokens, Duration ackDeadline) {
        this.client = client;
        this.tokens = tokens;
        this.ackDeadline = ackDeadline;
    }

    /** Whether it is acknowledged in time. */
    boolean isTaken(PushSubscription subscription, byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(subscription.endpoint())
                .header("Content-Type", "application/json")
                .header("From", "noreply@google.com")
                .header("User-Agent", "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)")
                .header(
                        "Authorization",
                        "Bearer " + tokens.token(subscription.audience(), subscription.serviceAccount()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        CompletableFuture<Integer> answer =
                client.sendAsync(request, BodyHandlers.discarding()).thenApply(response -> response.statusCode());
        try {
            return ACKNOWLEDGED.contains(answer.get(ackDeadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            answer.cancel(true);
            return false;
        } catch (ExecutionException unreachable) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
