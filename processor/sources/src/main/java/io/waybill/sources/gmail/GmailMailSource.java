package io.waybill.sources.gmail;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Stage;
import io.waybill.sources.BoundedCall;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.MailSource;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.Waiting;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.ApiException.Kind;
import io.waybill.sources.oauth.AccessTokens;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Mailboxes in Google Workspace. Nothing is ever changed there; every call ends within its time. */
public final class GmailMailSource implements MailSource {
    /** The history may be some seconds ahead of the servers that give out messages; ten times that is a minute. */
    private static final Duration LAG = Duration.ofMinutes(1);

    private final GmailClient client;
    private final GmailFetch fetch;
    private final GmailListing listing;
    private final Clock clock;

    /**
     * @param quota what this process may spend
     * @param tokens closed together with this
     * @param spoolDirectory where the temporary files of large messages are; made when needed
     */
    public GmailMailSource(
            GmailEndpoints endpoints,
            GmailQuota quota,
            AccessTokens tokens,
            ByteBudget budget,
            Path spoolDirectory,
            Clock clock) {
        this.client = new GmailClient(endpoints, quota, tokens, clock);
        this.fetch = new GmailFetch(client, budget, spoolDirectory, clock);
        this.listing = new GmailListing(client, clock);
        this.clock = clock;
    }

    @Override
    public Duration lag() {
        return LAG;
    }

    @Override
    public FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within) {
        Instant until = clock.instant().plus(within);
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "gmail-fetch",
                within,
                () -> {
                    try {
                        return fetch.read(mailbox, account(mailbox), google(pointer), until, waiting);
                    } catch (ApiException failed) {
                        return failed.kind() == Kind.NOT_FOUND
                                ? new FetchResult.NotFound(failed.getMessage())
                                : new FetchResult.Failed(failed.failure(Stage.FETCH));
                    }
                },
                () -> new FetchResult.Failed(waiting.late(Stage.FETCH)),
                FetchResult::discard);
    }

    /** An id is good for the whole mailbox and never changes, so there is no other place to look in; but there is another time. */
    @Override
    public RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within) {
        return switch (fetch(mailbox, pointer, within)) {
            case FetchResult.Fetched fetched -> new RelocateResult.Found(fetched.mail(), false);
            case FetchResult.NotFound _ -> new RelocateResult.Gone("looked again in the whole mailbox by its id");
            case FetchResult.Failed failed -> new RelocateResult.Failed(failed.failure());
        };
    }

    /** There is one history for all labels, and what comes into the inbox is listed: the folder says nothing. */
    @Override
    public ListResult list(
            Mailbox mailbox,
            String folder,
            Optional<String> cursor,
            Optional<String> page,
            Optional<String> hint,
            Duration within) {
        Instant until = clock.instant().plus(within);
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "gmail-list",
                within,
                () -> {
                    waiting.on(Waiting.ANSWER);
                    try {
                        return listing.read(
                                mailbox,
                                account(mailbox),
                                cursor.flatMap(GmailCursor::parse),
                                page.flatMap(GmailCursor::parse),
                                hint,
                                until);
                    } catch (ApiException failed) {
                        return new ListResult.Failed(failed.failure(Stage.LIST));
                    }
                },
                () -> new ListResult.Failed(waiting.late(Stage.LIST)),
                _ -> {});
    }

    static GoogleAccount account(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case GoogleAccount google -> google;
            case ImapAccount _, MicrosoftAccount _ -> throw new IllegalArgumentException("not a mailbox of Gmail");
        };
    }

    private static GooglePointer google(MessagePointer pointer) {
        if (pointer instanceof GooglePointer google) {
            return google;
        }
        throw new IllegalArgumentException("not a pointer of Gmail");
    }

    @Override
    public void close() {
        client.close();
    }
}
