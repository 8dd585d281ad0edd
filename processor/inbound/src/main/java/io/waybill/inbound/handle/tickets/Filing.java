package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.DatabaseText.clean;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Skip;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One mail's way into the database, within one transaction:
 *
 * <ol>
 *   <li>claim the job id; a job that has one already was done, and its result is given again
 *   <li>lock the conversation, so that two mails of it are not both the first
 *   <li>a recovered mail whose content is here already is the same message
 *   <li>find the ticket it belongs to, or open one
 *   <li>write the comment, its correspondents and citations, and the documents
 *   <li>write what became of the job
 * </ol>
 */
final class Filing {
    private static final int MAX_SUBJECT = 10_000;
    private static final int MAX_NAME = 500;
    private static final int MAX_ID = 998;

    /** Above what the mail's own bounds let through, for handlers may be given mails by others. */
    private static final int MAX_TEXT = 8 << 20;

    private final Connection connection;
    private final InboundMail mail;
    private final HandlerContext job;
    private final Conversation conversation;

    Filing(Connection connection, InboundMail mail, HandlerContext job) {
        this.connection = connection;
        this.mail = mail;
        this.job = job;
        this.conversation = new Conversation(connection, mail, job);
    }

    HandlerResult file() throws SQLException, IOException {
        if (!claim()) {
            return whatBecameOfIt();
        }
        conversation.lock();
        Optional<String> same = job.recovered() ? sameContent() : Optional.empty();
        if (same.isPresent()) {
            settleSame(same.get());
            return sameAs(same.get());
        }
        Optional<Long> found = conversation.ticket();
        Ticket ticket = found.isPresent() ? commentOn(found.get()) : open();
        long comment = insertComment(ticket);
        insertCorrespondents(ticket, comment);
        insertCitations(comment);
        new Documents(connection, job, ticket.id(), comment).write(mail);
        String effect = found.isPresent() ? "commented" : "created";
        settle(effect, ticket, comment);
        return HandlerResult.done(effect, ticket.number());
    }

    /** A ticket, and the position of the comment that this mail will be. */
    private record Ticket(long id, String number, int position) {}

    /** Waits for another transaction with the same job id, if there is one; false where that one was done. */
    private boolean claim() throws SQLException {
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

    private HandlerResult whatBecameOfIt() throws SQLException {
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
                return row.getString("effect").equals("same")
                        ? sameAs(row.getString("same_as"))
                        : HandlerResult.done(row.getString("effect"), row.getString("number"));
            }
        }
    }

    private Optional<String> sameContent() throws SQLException {
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

    private static Skip sameAs(String jobId) {
        return new Skip(Skip.Reason.SAME_MESSAGE, "the same content was handled as job " + jobId);
    }

    private Ticket open() throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into ticket (tenant, mailbox, subject, requester,"
                        + " requester_name) values (?, ?, ?, ?, ?) returning id, number")) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setString(3, clean(mail.subject(), MAX_SUBJECT));
            insert.setString(4, mail.from().map(Conversation::address).orElse(null));
            insert.setString(5, clean(mail.from().map(MailAddress::name).orElse(""), MAX_NAME));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return new Ticket(row.getLong("id"), row.getString("number"), 1);
            }
        }
    }

    private Ticket commentOn(long id) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update ticket set comments = comments + 1, updated_at ="
                        + " now() where tenant = ? and mailbox = ? and id = ? returning number, comments")) {
            update.setString(1, job.tenant());
            update.setString(2, job.mailbox());
            update.setLong(3, id);
            try (ResultSet row = update.executeQuery()) {
                row.next();
                return new Ticket(id, row.getString("number"), row.getInt("comments"));
            }
        }
    }

    private long insertComment(Ticket ticket) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into comment (tenant, mailbox, ticket_id, position, job_id,"
                        + " message_id, message_key, sender, sender_name, subject, sent_at, received_at, text, html,"
                        + " omissions) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id")) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setLong(3, ticket.id());
            insert.setInt(4, ticket.position());
            insert.setString(5, job.jobId());
            insert.setString(6, mail.messageId().map(id -> clean(id, MAX_ID)).orElse(null));
            insert.setBytes(7, mail.messageId().map(Conversation::key).orElse(null));
            insert.setString(8, mail.from().map(Conversation::address).orElse(null));
            insert.setString(9, clean(mail.from().map(MailAddress::name).orElse(""), MAX_NAME));
            insert.setString(10, clean(mail.subject(), MAX_SUBJECT));
            setInstant(insert, 11, mail.date());
            setInstant(insert, 12, Optional.of(mail.receivedAt()));
            insert.setString(13, mail.text().map(text -> clean(text, MAX_TEXT)).orElse(null));
            insert.setString(14, mail.html().map(html -> clean(html, MAX_TEXT)).orElse(null));
            insert.setArray(
                    15,
                    connection.createArrayOf(
                            "text",
                            mail.omissions().stream()
                                    .map(sentence -> clean(sentence, MAX_NAME))
                                    .toArray()));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static void setInstant(PreparedStatement statement, int index, Optional<Instant> instant)
            throws SQLException {
        if (instant.isPresent()) {
            statement.setObject(index, instant.get().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
        }
    }

    private void insertCorrespondents(Ticket ticket, long comment) throws SQLException {
        List<String> roles = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Conversation.Role role : Conversation.Role.values()) {
            List<MailAddress> all = role.of(mail);
            for (int i = 0; i < all.size(); i++) {
                roles.add(role.word());
                positions.add(i);
                addresses.add(Conversation.address(all.get(i)));
                names.add(clean(all.get(i).name(), MAX_NAME));
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into correspondent (tenant, mailbox, ticket_id, comment_id, role,"
                        + " position, address, name) select ?, ?, ?, ?, c.* from unnest(?::text[], ?::int[], ?::text[],"
                        + " ?::text[]) as c")) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setLong(3, ticket.id());
            insert.setLong(4, comment);
            insert.setArray(5, connection.createArrayOf("text", roles.toArray()));
            insert.setArray(6, connection.createArrayOf("int4", positions.toArray()));
            insert.setArray(7, connection.createArrayOf("text", addresses.toArray()));
            insert.setArray(8, connection.createArrayOf("text", names.toArray()));
            insert.executeUpdate();
        }
    }

    private void insertCitations(long comment) throws SQLException {
        List<byte[]> cited = conversation.cited();
        if (cited.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into citation (tenant, mailbox, comment_id, position, message_key) select ?, ?, ?, c.position,"
                        + " c.key from unnest(?::bytea[]) with ordinality as c(key, position)")) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setLong(3, comment);
            insert.setArray(4, connection.createArrayOf("bytea", cited.toArray(byte[][]::new)));
            insert.executeUpdate();
        }
    }

    private void settle(String effect, Ticket ticket, long comment) throws SQLException {
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
    }

    private void settleSame(String jobId) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update processed_message set effect = 'same', same_as = ?"
                        + " where job_id = ? and tenant = ? and mailbox = ?")) {
            update.setString(1, jobId);
            update.setString(2, job.jobId());
            update.setString(3, job.tenant());
            update.setString(4, job.mailbox());
            update.executeUpdate();
        }
    }
}
