package io.waybill.sources.imap;

import static io.waybill.contracts.FailureCode.SOURCE_UNREACHABLE;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
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
    private final ImapRelocation relocation;
    private final UnstableFolders unstable;

    /**
     * @param connector opens the connections; closed together with this
     * @param spoolDirectory where the temporary files of large messages are; made when needed
     */
    public ImapMailSource(ImapConnector connector, ByteBudget budget, Path spoolDirectory, Clock clock) {
        this.connector = connector;
        this.connections = new MailboxConnections(connector, clock);
        this.fetch = new ImapFetch(budget, spoolDirectory, connector.settings().chunkBytes());
        this.listing = new ImapListing(clock);
        this.relocation = new ImapRelocation(fetch);
        this.unstable = new UnstableFolders(clock);
    }

    @Override
    public FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within) {
        ImapPointer named = imap(pointer);
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "imap-fetch",
                within,
                () -> {
                    try {
                        return connected(mailbox, false, waiting, session -> {
                            unstable.require(mailbox, session);
                            return fetch.read(session, named, mailbox.limits().maxMessageBytes(), waiting);
                        });
                    } catch (ImapException failed) {
                        return new FetchResult.Failed(failed.failure(Stage.FETCH));
                    }
                },
                () -> new FetchResult.Failed(waiting.late(Stage.FETCH)),
                FetchResult::discard);
    }

    @Override
    public RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within) {
        ImapPointer named = imap(pointer);
        Waiting waiting = new Waiting();
        return BoundedCall.run(
                "imap-relocate",
                within,
                () -> {
                    try {
                        // A connection that was opened earlier may look at the folder as it was then.
                        return connected(
                                mailbox,
                                true,
                                waiting,
                                session -> relocation.find(session, mailbox, named, connector.hashes(), waiting));
                    } catch (ImapException failed) {
                        return new RelocateResult.Failed(failed.failure(Stage.FETCH));
                    }
                },
                () -> new RelocateResult.Failed(waiting.late(Stage.FETCH)),
                result -> {
                    if (result instanceof RelocateResult.Found found) {
                        found.mail().close();
                    }
                });
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
                "imap-list",
                within,
                () -> {
                    try {
                        return connected(mailbox, false, waiting, session -> {
                            unstable.require(mailbox, session);
                            return listing.read(
                                    session,
                                    mailbox,
                                    folder,
                                    cursor.flatMap(ImapCursor::parse),
                                    page.flatMap(ImapPage::parse),
                                    connector.hashes());
                        });
                    } catch (UnstableFolder failed) {
                        unstable.add(mailbox, failed);
                        return new ListResult.Failed(failed.failure(Stage.LIST));
                    } catch (ImapException failed) {
                        return new ListResult.Failed(failed.failure(Stage.LIST));
                    }
                },
                () -> new ListResult.Failed(waiting.late(Stage.LIST)),
                _ -> {});
    }

    private <T> T connected(Mailbox mailbox, boolean fresh, Waiting waiting, Work<T> work)
            throws ImapException, InterruptedException {
        ImapAccount account = switch (mailbox.source()) {
            case ImapAccount imap -> imap;
            case MicrosoftAccount _, GoogleAccount _ -> throw new IllegalArgumentException("not an IMAP account");
        };
        try (Loan loan = connections.borrow(mailbox, account, fresh, waiting)) {
            try {
                waiting.on(Waiting.ANSWER);
                T result = work.on(loan.session());
                loan.healthy();
                return result;
            } catch (ImapException failed) {
                loan.failed(failed);
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
