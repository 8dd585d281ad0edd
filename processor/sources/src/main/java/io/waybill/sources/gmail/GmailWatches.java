package io.waybill.sources.gmail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.sources.BoundedCall;
import io.waybill.sources.SubscriptionResult;
import io.waybill.sources.SubscriptionResult.Failed;
import io.waybill.sources.SubscriptionResult.Gone;
import io.waybill.sources.SubscriptionResult.Live;
import io.waybill.sources.gmail.GmailQuota.Costs;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.Call;
import io.waybill.sources.oauth.AccessTokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Watches of mailboxes: Gmail publishes to a Pub/Sub topic when something came into the inbox. There is one per user and project, and to
 * watch again renews it. Every call blocks, for a minute at most, honours interruption, and answers failures as values.
 *
 * @see <a href="https://developers.google.com/workspace/gmail/api/guides/push">Gmail API: push notifications</a>
 */
public final class GmailWatches implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private final GmailClient client;
    private final Clock clock;

    /** @param tokens closed together with this */
    public GmailWatches(GmailEndpoints endpoints, AccessTokens tokens, Clock clock) {
        // One call a day for each mailbox is no part of a quota that is worth a setting.
        this.client = new GmailClient(endpoints, GmailQuota.DEFAULTS, tokens, clock);
        this.clock = clock;
    }

    /**
     * Watches the inbox, or goes on doing so; Gmail publishes once at once. Live, for seven days at most, or failed. What it is named by is
     * where the mailbox's history was; that is no cursor, for who has one must go on from that.
     */
    public SubscriptionResult watch(Mailbox mailbox) {
        GoogleAccount account = GmailMailSource.account(mailbox);
        if (account.topic() == null) {
            throw new IllegalArgumentException("the mailbox has no topic to publish to");
        }
        ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("topicName", account.topic());
        wanted.putArray("labelIds").add("INBOX");
        wanted.put("labelFilterBehavior", "INCLUDE");
        return bounded(until -> {
            try {
                return live(client.call(
                        mailbox,
                        account,
                        Costs::watch,
                        Call.with("POST", "users/me/watch", wanted),
                        until,
                        response -> GmailAnswers.json(response.body())));
            } catch (ApiException failed) {
                return refused(failed);
            }
        });
    }

    /** Ends the watch, if there is one; Gmail may publish for some minutes more. Gone, or failed. */
    public SubscriptionResult stop(Mailbox mailbox) {
        GoogleAccount account = GmailMailSource.account(mailbox);
        return bounded(until -> {
            try {
                return client.call(mailbox, account, Costs::stop, Call.post("users/me/stop"), until, _ -> new Gone());
            } catch (ApiException failed) {
                return failed(failed);
            }
        });
    }

    private interface Bounded {
        SubscriptionResult call(Instant until) throws InterruptedException;
    }

    private SubscriptionResult bounded(Bounded work) {
        Instant until = clock.instant().plus(WITHIN);
        return BoundedCall.run(
                "gmail-watch",
                WITHIN,
                () -> work.call(until),
                () -> new Failed(
                        FailureCode.DEADLINE_EXCEEDED, "time was up while waiting for Gmail", Optional.empty()),
                _ -> {});
    }

    private static Live live(JsonNode watch) throws ApiException {
        Optional<HistoryId> historyId = GmailAnswers.historyId(watch);
        // Milliseconds, as a text; numbers are seen too.
        String expiration = watch.path("expiration").asText();
        if (historyId.isEmpty() || !expiration.matches("[0-9]{1,15}")) {
            throw new ApiException(FailureCode.SOURCE_ERROR, "Gmail gave a watch without its history id or its end");
        }
        return new Live(historyId.get().toString(), Instant.ofEpochMilli(Long.parseLong(expiration)));
    }

    private static Failed failed(ApiException failed) {
        return new Failed(failed.code(), failed.getMessage(), failed.retryAfter());
    }

    /** Where the mailbox itself can be read, what Gmail refuses of a watch is, as a rule, its topic. */
    private static Failed refused(ApiException failed) {
        return switch (failed.kind()) {
            case REFUSED -> topicRefused(failed, failed.getMessage());
            case NOT_FOUND -> topicRefused(failed, "Gmail does not find the topic");
            case FAILED, TOKEN_REFUSED, NO_SUCH_RESOURCE, MISSING, CURSOR_EXPIRED, CONFLICT -> failed(failed);
        };
    }

    private static Failed topicRefused(ApiException failed, String said) {
        return new Failed(
                failed.code(),
                said + "; or the topic is of another project than the service account, or Gmail may not publish to it",
                failed.retryAfter());
    }

    @Override
    public void close() {
        client.close();
    }
}
