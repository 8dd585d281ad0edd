package io.waybill.sources.imap;

import static io.waybill.contracts.FailureCode.SOURCE_UNREACHABLE;

import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.Stage;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.MailSource;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.imap.MailboxConnections.Loan;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Mailboxes on IMAP servers. Folders are only ever opened for reading, and messages read by {@code BODY.PEEK}: no flag changes.
 * Every call ends within its time: what hangs loses its connection.
 */
public final class ImapMailSource implements MailSource {
    private final ImapConnector connector;
    private final MailboxConnections connections;
    private final ImapFetch fetch;
    private final ImapListing listing;

    /**
     * @param connector opens the connections; closed together with this
     * @param spoolDirectory where the temporary files of large messages are; made when needed
     */
    public ImapMailSource(ImapConnector connector, ByteBudget budget, Path spoolDirectory, Clock clock) {
        this.connector = connector;
        this.connections = new MailboxConnections(connector, clock);
        this.fetch = new ImapFetch(budget, spoolDirectory, connector.settings().chunkBytes());
        this.listing = new ImapListing(clock);
    }

    @Override
    public FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within) {
        return fetch(mailbox, imap(pointer), within, false);
    }

    @Override
    public RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within) {
        // A connection that was opened earlier may look at the folder as it was then.
        return switch (fetch(mailbox, imap(pointer), within, true)) {
            case FetchResult.Fetched(var mail) -> new RelocateResult.Found(mail);
            case FetchResult.NotFound(var evidence) ->
                new RelocateResult.Gone("asked again on a fresh connection: " + evidence);
            case FetchResult.Failed(var failure) -> new RelocateResult.Failed(failure);
        };
    }

    @Override
    public ListResult list(
            Mailbox mailbox, String folder, Optional<String> cursor, Optional<String> page, Duration within) {
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "imap-list",
                within,
                () -> {
                    try {
                        return connected(
                                mailbox,
                                false,
                                waiting,
                                session -> listing.read(
                                        session,
                                        mailbox,
                                        folder,
                                        cursor.flatMap(ImapCursor::parse),
                                        page.flatMap(ImapPage::parse)));
                    } catch (ImapException failed) {
                        return new ListResult.Failed(failed.failure(Stage.LIST));
                    }
                },
                () -> new ListResult.Failed(waiting.late(Stage.LIST)),
                _ -> {});
    }

    private FetchResult fetch(Mailbox mailbox, ImapPointer pointer, Duration within, boolean fresh) {
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "imap-fetch",
                within,
                () -> {
                    try {
                        return connected(
                                mailbox,
                                fresh,
                                waiting,
                                session -> fetch.read(
                                        session, pointer, mailbox.limits().maxMessageBytes(), waiting));
                    } catch (ImapException failed) {
                        return new FetchResult.Failed(failed.failure(Stage.FETCH));
                    }
                },
                () -> new FetchResult.Failed(waiting.late(Stage.FETCH)),
                result -> {
                    if (result instanceof FetchResult.Fetched(var mail)) {
                        mail.close();
                    }
                });
    }

    private <T> T connected(Mailbox mailbox, boolean fresh, Waiting waiting, Work<T> work)
            throws ImapException, InterruptedException {
        ImapAccount account = switch (mailbox.source()) {
            case ImapAccount imap -> imap;
        };
        try (Loan loan = connections.borrow(mailbox, account, fresh, waiting)) {
            try {
                waiting.on(Waiting.ANSWER);
                T result = work.on(loan.session());
                loan.healthy();
                return result;
            } catch (ImapException failed) {
                if (!loan.used()
                        || failed.code() != SOURCE_UNREACHABLE
                        || Thread.currentThread().isInterrupted()) {
                    throw failed;
                }
            }
        }
        // It lay idle and the server had closed it: that says nothing about the server.
        return connected(mailbox, true, waiting, work);
    }

    private static ImapPointer imap(MessagePointer pointer) {
        if (pointer instanceof ImapPointer imap) {
            return imap;
        }
        throw new IllegalArgumentException("not an IMAP pointer");
    }

    @Override
    public void close() {
        connections.close();
        connector.close();
    }

    private interface Work<T> {
        T on(ImapSession session) throws ImapException, InterruptedException;
    }
}
