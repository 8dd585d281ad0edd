package io.waybill.sources.graph;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.Stage;
import io.waybill.sources.BoundedCall;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.MailSource;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.Waiting;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.oauth.AccessTokens;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Mailboxes in Microsoft 365. Nothing is ever changed there; every call ends within its time. */
public final class GraphMailSource implements MailSource {
    /** Notifications may come before their message can be read. */
    private static final Duration LAG = Duration.ofMinutes(3);

    private final GraphClient client;
    private final GraphFetch fetch;
    private final GraphListing listing;

    /**
     * @param tokens closed together with this
     * @param spoolDirectory where the temporary files of large messages are; made when needed
     */
    public GraphMailSource(
            GraphEndpoints endpoints,
            SharedApps shared,
            AccessTokens tokens,
            ByteBudget budget,
            Path spoolDirectory,
            Clock clock) {
        this.client = new GraphClient(endpoints, shared, tokens, clock);
        this.fetch = new GraphFetch(client, budget, spoolDirectory, clock);
        this.listing = new GraphListing(client, clock);
    }

    @Override
    public Duration lag() {
        return LAG;
    }

    @Override
    public FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within) {
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "graph-fetch",
                within,
                () -> {
                    try {
                        return fetch.read(mailbox, account(mailbox), microsoft(pointer), waiting);
                    } catch (ApiException failed) {
                        return switch (failed.kind()) {
                            case NOT_FOUND -> new FetchResult.NotFound(failed.getMessage());
                            // 410, which a message rarely has: it was there.
                            case CURSOR_EXPIRED -> new FetchResult.NotFound("Graph says that it is gone (410)");
                            case FAILED, TOKEN_REFUSED, REFUSED, NO_SUCH_RESOURCE, MISSING, CONFLICT ->
                                new FetchResult.Failed(failed.failure(Stage.FETCH));
                        };
                    }
                },
                () -> new FetchResult.Failed(waiting.late(Stage.FETCH)),
                FetchResult::discard);
    }

    /** An immutable id is good for all folders of the mailbox, so there is no other place to look in; but there is another time. */
    @Override
    public RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within) {
        return switch (fetch(mailbox, pointer, within)) {
            case FetchResult.Fetched fetched -> new RelocateResult.Found(fetched.mail(), false);
            case FetchResult.NotFound _ ->
                new RelocateResult.Gone("looked again in all folders of the mailbox by its immutable id");
            case FetchResult.Failed failed -> new RelocateResult.Failed(failed.failure());
        };
    }

    @Override
    public ListResult list(
            Mailbox mailbox,
            String folder,
            Optional<String> cursor,
            Optional<String> page,
            Optional<String> hint,
            Duration within) {
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "graph-list",
                within,
                () -> {
                    waiting.on(Waiting.ANSWER);
                    try {
                        return listing.read(
                                mailbox,
                                account(mailbox),
                                cursor.flatMap(GraphCursor::parse),
                                page.flatMap(GraphCursor::parse));
                    } catch (ApiException failed) {
                        return new ListResult.Failed(failed.failure(Stage.LIST));
                    }
                },
                () -> new ListResult.Failed(waiting.late(Stage.LIST)),
                _ -> {});
    }

    static MicrosoftAccount account(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case MicrosoftAccount microsoft -> microsoft;
            case ImapAccount _, GoogleAccount _ -> throw new IllegalArgumentException("not a mailbox of Microsoft 365");
        };
    }

    private static MicrosoftPointer microsoft(MessagePointer pointer) {
        if (pointer instanceof MicrosoftPointer microsoft) {
            return microsoft;
        }
        throw new IllegalArgumentException("not a pointer of Microsoft 365");
    }

    @Override
    public void close() {
        client.close();
    }
}
