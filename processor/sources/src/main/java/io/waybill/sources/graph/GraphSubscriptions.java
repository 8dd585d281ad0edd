package io.waybill.sources.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secret;
import io.waybill.contracts.SubscriptionEvent;
import io.waybill.sources.BoundedCall;
import io.waybill.sources.SubscriptionResult;
import io.waybill.sources.SubscriptionResult.Failed;
import io.waybill.sources.SubscriptionResult.Gone;
import io.waybill.sources.SubscriptionResult.Live;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.ApiException.Kind;
import io.waybill.sources.http.Call;
import io.waybill.sources.oauth.AccessTokens;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Subscriptions to what comes into a mailbox's folder. Every call blocks, for two minutes at most, honours
 * interruption, and answers failures as values.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/subscription">subscription resource type</a>
 */
public final class GraphSubscriptions implements AutoCloseable {
    /** An app may have a subscription for each of many thousand mailboxes; Graph lists 100 and more on a page. */
    private static final int MAX_PAGES = 500;

    /** A new one takes two questions of Graph's to the ingress, 10 s each at most, and a conflict a few calls more. */
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private final GraphClient client;

    /** @param tokens closed together with this */
    public GraphSubscriptions(GraphEndpoints endpoints, SharedApps shared, AccessTokens tokens, Clock clock) {
        this.client = new GraphClient(endpoints, shared, tokens, clock);
    }

    /**
     * What is to be made.
     *
     * @param notificationUrl where Graph posts what came; it asks there, while the call lasts, whether somebody listens
     * @param lifecycleUrl likewise, for what becomes of the subscription
     * @param clientState what proves each notification, at most 128 characters
     * @param expiresAt less than seven days from now
     * @param own the subscription's id where one was made on the same terms before: if it is still there, it will do
     */
    public record Wanted(
            URI notificationUrl, URI lifecycleUrl, Secret clientState, Instant expiresAt, Optional<String> own) {}

    /** What is watched: the folder of the account. */
    public static String resource(MicrosoftAccount account) {
        return "users/" + account.userId() + "/mailFolders('" + account.folder() + "')/messages";
    }

    /**
     * Makes one that announces immutable ids. Graph keeps one per app, folder and kind of change; another one that is there is deleted,
     * since nobody knows what it was made with.
     */
    public SubscriptionResult create(Mailbox mailbox, Wanted wanted) {
        MicrosoftAccount account = GraphMailSource.account(mailbox);
        return bounded(() -> {
            try {
                return post(mailbox, account, wanted);
            } catch (ApiException failed) {
                return failed.kind() == Kind.CONFLICT ? replace(mailbox, account, wanted) : refused(failed);
            }
        });
    }

    /** Renews it, which also authorizes it again; live, gone, or failed. */
    public SubscriptionResult renew(Mailbox mailbox, String id, Instant until) {
        return bounded(() -> patch(mailbox, GraphMailSource.account(mailbox), id, until));
    }

    /** Gone, or failed. */
    public SubscriptionResult delete(Mailbox mailbox, String id) {
        return bounded(() -> {
            try {
                remove(mailbox, GraphMailSource.account(mailbox), id);
                return new Gone();
            } catch (ApiException failed) {
                return failed(failed);
            }
        });
    }

    private static SubscriptionResult bounded(Callable<SubscriptionResult> call) {
        return BoundedCall.run(
                "graph-subscription",
                WITHIN,
                call,
                () -> new Failed(
                        FailureCode.DEADLINE_EXCEEDED, "time was up while waiting for Graph", Optional.empty()),
                _ -> {});
    }

    private SubscriptionResult replace(Mailbox mailbox, MicrosoftAccount account, Wanted wanted)
            throws InterruptedException {
        try {
            List<String> there = find(mailbox, account);
            Optional<String> own = wanted.own().filter(there::contains);
            if (own.isPresent()) {
                SubscriptionResult adopted = patch(mailbox, account, own.get(), wanted.expiresAt());
                // Graph's list may know it for a while after it has gone.
                if (!(adopted instanceof Gone)) {
                    return adopted;
                }
            }
            for (String other : there) {
                remove(mailbox, account, other);
            }
            return post(mailbox, account, wanted);
        } catch (ApiException failed) {
            return refused(failed);
        }
    }

    private SubscriptionResult patch(Mailbox mailbox, MicrosoftAccount account, String id, Instant until)
            throws InterruptedException {
        ObjectNode change = JsonNodeFactory.instance.objectNode().put("expirationDateTime", time(until));
        try {
            return live(client.call(
                    mailbox,
                    account,
                    Call.with("PATCH", path(id), change),
                    GraphClient.IMMUTABLE,
                    response -> GraphAnswers.json(response.body())));
        } catch (ApiException failed) {
            return isGone(failed) ? new Gone() : failed(failed);
        }
    }

    private SubscriptionResult post(Mailbox mailbox, MicrosoftAccount account, Wanted wanted)
            throws ApiException, InterruptedException {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                // Not "updated": that is each time somebody reads a message.
                .put("changeType", "created")
                .put("notificationUrl", wanted.notificationUrl().toString())
                .put("lifecycleNotificationUrl", wanted.lifecycleUrl().toString())
                .put("resource", resource(account))
                .put("expirationDateTime", time(wanted.expiresAt()))
                .put("clientState", wanted.clientState().text());
        return live(client.call(
                mailbox,
                account,
                Call.with("POST", "subscriptions", body),
                GraphClient.IMMUTABLE,
                response -> GraphAnswers.json(response.body())));
    }

    /** The ids of this app's subscriptions to the folder. */
    private List<String> find(Mailbox mailbox, MicrosoftAccount account) throws ApiException, InterruptedException {
        String resource = plain(resource(account));
        List<String> found = new ArrayList<>();
        Optional<String> page = Optional.of("subscriptions");
        for (int pages = 0; page.isPresent(); pages++) {
            if (pages == MAX_PAGES) {
                throw new ApiException(FailureCode.SOURCE_ERROR, "Graph's list of subscriptions does not end");
            }
            JsonNode answer = client.get(mailbox, account, page.get(), GraphClient.IMMUTABLE);
            for (JsonNode each : answer.path("value")) {
                if (plain(each.path("resource").asText("")).equals(resource)
                        && each.path("changeType").asText("").equals("created")) {
                    found.add(each.path("id").asText(""));
                }
            }
            String link = answer.path("@odata.nextLink").asText("");
            page = link.isEmpty() ? Optional.empty() : Optional.of(client.below(account, link));
        }
        return found;
    }

    /** Graph may write the same resource in other ways. */
    private static String plain(String resource) {
        String lower = resource.toLowerCase(Locale.ROOT).replace("('", "/").replace("')", "");
        return lower.startsWith("/") ? lower.substring(1) : lower;
    }

    private void remove(Mailbox mailbox, MicrosoftAccount account, String id)
            throws ApiException, InterruptedException {
        try {
            client.call(mailbox, account, Call.delete(path(id)), GraphClient.IMMUTABLE, _ -> id);
        } catch (ApiException failed) {
            if (!isGone(failed)) {
                throw failed;
            }
        }
    }

    private static String path(String id) {
        return "subscriptions/" + Call.step(id);
    }

    /** Graph has many names for 404, and all of them mean that here. */
    private static boolean isGone(ApiException failed) {
        return failed.kind() == Kind.NO_SUCH_RESOURCE
                || failed.kind() == Kind.NOT_FOUND
                || failed.kind() == Kind.MISSING;
    }

    private static Live live(JsonNode subscription) throws ApiException {
        String id = subscription.path("id").asText("");
        try {
            Instant expiresAt = OffsetDateTime.parse(
                            subscription.path("expirationDateTime").asText(""))
                    .toInstant();
            if (id.matches("[!-~]{1," + SubscriptionEvent.MAX_ID + "}")) {
                return new Live(id, expiresAt);
            }
        } catch (DateTimeException unreadable) {
            // As bad as none.
        }
        throw new ApiException(FailureCode.SOURCE_ERROR, "Graph gave a subscription without its id or its end");
    }

    private static Failed failed(ApiException failed) {
        return new Failed(failed.code(), failed.getMessage(), failed.retryAfter());
    }

    /** What Graph refuses of a new subscription is, as a rule, an address that it gets no answer from. */
    private static Failed refused(ApiException failed) {
        return failed.kind() == Kind.FAILED && failed.code() == FailureCode.SOURCE_ERROR
                ? new Failed(
                        failed.code(),
                        failed.getMessage() + "; mostly, because it gets no answer at the public URL",
                        failed.retryAfter())
                : failed(failed);
    }

    private static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void close() {
        client.close();
    }
}
