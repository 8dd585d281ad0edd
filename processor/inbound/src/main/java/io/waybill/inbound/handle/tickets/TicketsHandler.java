package io.waybill.inbound.handle.tickets;

import io.waybill.contracts.Secrets;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerSettings;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Keeps mails as tickets in PostgreSQL: a mail is a comment where it belongs to a conversation of its mailbox, and a ticket otherwise.
 * One transaction per mail, unique on the job id.
 *
 * <p>What this installation signed is recognised by the install key in the secrets folder ({@link io.waybill.contracts.OwnMail}).
 *
 * <p>Settings: {@code database-url} ({@code jdbc:postgresql:…}), {@code database-user}, {@code database-password} (a reference, {@code
 * env:…} or {@code file:…}), {@code pool-size} (default 10). The database may be away when the process starts; its tables are made when
 * it is first there. Without a URL nothing can be handled: jobs wait, as they do while the database is away, since a process that runs
 * only other handlers needs none.
 */
public final class TicketsHandler implements MailHandler {
    private final Secrets secrets;
    private final SignedMarks marks;
    private Optional<TicketsDatabase> database = Optional.empty();

    /** With the secrets of the process. */
    public TicketsHandler() {
        this(Secrets.ofProcess());
    }

    TicketsHandler(Secrets secrets) {
        this.secrets = secrets;
        this.marks = new SignedMarks(secrets);
    }

    @Override
    public String name() {
        return "tickets";
    }

    @Override
    public void start(HandlerSettings settings) {
        database = TicketsSettings.of(settings).map(read -> new TicketsDatabase(read, secrets));
    }

    @Override
    public HandlerResult handle(InboundMail mail, HandlerContext context) throws InterruptedException {
        if (database.isEmpty()) {
            return HandlerResult.unavailable("waybill.handlers.tickets.database-url is not set");
        }
        try {
            return database.get()
                    .inTransaction(
                            context.deadline(), connection -> new Filing(connection, mail, context, marks).file());
        } catch (DatabaseAwayException away) {
            return HandlerResult.unavailable(away.getMessage());
        } catch (SQLException failed) {
            // The state alone: a message may quote the values that the database refused.
            return HandlerResult.retry("the tickets database failed: SQLState " + failed.getSQLState());
        } catch (IOException unreadable) {
            return HandlerResult.retry("the mail's content could not be read: "
                    + unreadable.getClass().getSimpleName());
        }
    }

    @Override
    public void close() {
        database.ifPresent(TicketsDatabase::close);
    }
}
