package io.waybill.inbound.handle.tickets;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Skip;
import io.waybill.handler.InboundMail;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** What became of each job, for good: a job is done once, and a message is recognised when it comes again as another job. */
final class ProcessedMessages {
    private final Connection connection;
    private final InboundMail mail;
    private final HandlerContext job;

    ProcessedMessages(Connection connection, InboundMail mail, HandlerContext job) {
        this.connection = connection;
        this.mail = mail;
        this.job = job;
    }

    /** Waits for another transaction with the same job id, if there is one; false where that one was done. */
    boolean claim() throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into processed_message (job_id, tenant, mailbox,"
                        + " content_key) values (?, ?, ?, ?) on conflict (job_id) do nothing")) {
            insert.setString(1, job.jobId());
            insert.setString(2, job.tenant());
            insert.setString(3, job.mailbox());
            insert.setBytes(4, mail.contentKey());
            return insert.executeUpdate() == 1;
        }
    }

    /** The answer that was given before. */
    HandlerResult answer() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select p.effect, p.same_as, t.number from processed_message p left join ticket t on t.tenant ="
                    + " p.tenant and t.mailbox = p.mailbox and t.id = p.ticket_id where p.job_id = ? and p.tenant = ?"
                    + " and p.mailbox = ?")) {
            select.setString(1, job.jobId());
            select.setString(2, job.tenant());
            select.setString(3, job.mailbox());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return HandlerResult.refuse("the job id belongs to another mailbox");
                }
                return switch (row.getString("effect")) {
                    case "same" -> sameAs(row.getString("same_as"));
                    case "receipt" -> receipt();
                    case String effect -> HandlerResult.done(effect, row.getString("number"));
                };
            }
        }
    }

    /**
     * Whether equal content shows that it is one message: two mails of a script without Message-ID and date are equal, and two. A
     * recovered one was here before in all likelihood.
     */
    boolean isIdentifiable() {
        return job.recovered() || mail.messageId().isPresent() || mail.date().isPresent();
    }

    /** The job that handled the same message of this mailbox. */
    Optional<String> sameMessage() throws SQLException {
        if (!isIdentifiable()) {
            return Optional.empty();
        }
        try (PreparedStatement select = connection.prepareStatement(
                "select job_id from processed_message where tenant = ? and mailbox = ? and content_key = ? and effect"
                        + " in ('created', 'commented') order by processed_at limit 1")) {
            select.setString(1, job.tenant());
            select.setString(2, job.mailbox());
            select.setBytes(3, mail.contentKey());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    HandlerResult settle(String effect, TicketPlace ticket, long comment) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update processed_message set effect = ?, ticket_id = ?, comment_id = ? where job_id = ? and tenant ="
                        + " ? and mailbox = ?")) {
            update.setString(1, effect);
            update.setLong(2, ticket.id());
            update.setLong(3, comment);
            update.setString(4, job.jobId());
            update.setString(5, job.tenant());
            update.setString(6, job.mailbox());
            update.executeUpdate();
        }
        return HandlerResult.done(effect, ticket.number());
    }

    HandlerResult settleSame(String jobId) throws SQLException {
        settleWithoutTicket("same", jobId);
        return sameAs(jobId);
    }

    HandlerResult settleReceipt() throws SQLException {
        settleWithoutTicket("receipt", null);
        return receipt();
    }

    private void settleWithoutTicket(String effect, String sameAs) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update processed_message set effect = ?, same_as = ?"
                        + " where job_id = ? and tenant = ? and mailbox = ?")) {
            update.setString(1, effect);
            update.setString(2, sameAs);
            update.setString(3, job.jobId());
            update.setString(4, job.tenant());
            update.setString(5, job.mailbox());
            update.executeUpdate();
        }
    }

    private static Skip sameAs(String jobId) {
        return new Skip(Skip.Reason.SAME_MESSAGE, "the same content was handled as job " + jobId);
    }

    private static Skip receipt() {
        return new Skip(Skip.Reason.RECEIPT, "a read receipt that belongs to no ticket");
    }
}
