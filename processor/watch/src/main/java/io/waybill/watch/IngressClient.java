package io.waybill.watch;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.waybill.contracts.CallbackSecret;
import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts notifications to {@code ingress/imap}, signed as Standard Webhooks. Safe for use by many threads. */
final class IngressClient implements AutoCloseable {
    /** From the request to the last byte: the ingress answers within 2 s, whatever its brokers do. HttpClient's own timeout ends with the headers. */
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

    /** After an outage every listener has something to say; the ingress takes 64 requests at a time, from all of us. */
    private static final int AT_ONCE = 16;

    private final URI ingress;
    private final Secrets secrets;
    private final Clock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Semaphore slots = new Semaphore(AT_ONCE, true);

    IngressClient(URI ingress, Secrets secrets, Clock clock) {
        this.ingress = ingress;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** What became of a post. */
    sealed interface Answer {
        /** It is with the brokers. */
        record Accepted() implements Answer {}

        /** Not now. */
        record Later(Optional<Duration> retryAfter) implements Answer {}

        /**
         * Not like this: repeating helps only once somebody has acted.
         *
         * @param reason what to do about it
         */
        record Refused(String reason) implements Answer {}
    }

    /** Posts once; each post is signed anew. */
    Answer post(Mailbox mailbox, ImapNotification notification) throws InterruptedException {
        Optional<HttpRequest> request = request(mailbox, notification);
        if (request.isEmpty()) {
            return new Answer.Refused(
                    "there is no key to sign with: create install.key in the secrets directory, or the"
                            + " mailbox's callbackSecret");
        }
        slots.acquire();
        try {
            return send(request.get());
        } finally {
            slots.release();
        }
    }

    private Answer send(HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            return answer(answer.get(REQUEST_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException unreachable) {
            return new Answer.Later(Optional.empty());
        } finally {
            answer.cancel(true);
        }
    }

    private Optional<HttpRequest> request(Mailbox mailbox, ImapNotification notification) {
        List<Secret> keys;
        try {
            keys = CallbackSecret.of(mailbox, secrets);
        } catch (IllegalArgumentException tooShort) {
            keys = List.of();
        }
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        String body = new String(notification.toJson(), StandardCharsets.UTF_8);
        String id = "msg_" + UUID.randomUUID();
        long timestamp = clock.instant().getEpochSecond();
        try {
            return Optional.of(HttpRequest.newBuilder(ingress.resolve(
                            "/imap/notifications?k=" + URLEncoder.encode(mailbox.k(), StandardCharsets.UTF_8)))
                    .header("Content-Type", "application/json")
                    .header(Webhook.UNBRANDED_MSG_ID_KEY, id)
                    .header(Webhook.UNBRANDED_MSG_TIMESTAMP_KEY, Long.toString(timestamp))
                    .header(
                            Webhook.UNBRANDED_MSG_SIGNATURE_KEY,
                            new Webhook(keys.getFirst().bytes()).sign(id, timestamp, body))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build());
        } catch (EmptyWebhookSecretException | WebhookSigningException unusable) {
            return Optional.empty();
        }
    }

    private Answer answer(HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer.Accepted();
        }
        if (status >= 500 || status == 429 || status == 408) {
            return new Answer.Later(response.headers().firstValue("Retry-After").flatMap(this::duration));
        }
        return new Answer.Refused(
                switch (status) {
                    case 400 ->
                        "the ingress does not know the folder, or not this form of notification (400): compare"
                                + " versions and mailboxes";
                    case 401 ->
                        "the ingress does not accept the signature (401): compare install.key or callbackSecret, and"
                                + " the clocks";
                    case 404 -> "there is no ingress at that address (404): see waybill.ingress.imap.url";
                    default -> "the ingress answered " + status;
                });
    }

    /** Seconds or a date (RFC 9110, 10.2.3). */
    private Optional<Duration> duration(String text) {
        try {
            return Optional.of(
                    text.chars().allMatch(Character::isDigit)
                            ? Duration.ofSeconds(Long.parseLong(text))
                            : Duration.between(
                                    clock.instant(),
                                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant()));
        } catch (DateTimeException | NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
