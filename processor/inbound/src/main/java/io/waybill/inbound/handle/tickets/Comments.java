package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.DatabaseText.clean;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import java.sql.Array;
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

/** Writes a mail as a comment: the ticket's row, the comment, who it is from and to, and what it cites. */
final class Comments {
    private static final int MAX_SUBJECT = 10_000;
    private static final int MAX_NAME = 500;
    private static final int MAX_ID = 998;

    /** An omission or what is reported of a recipient: an address, a status and what a server said. */
    private static final int MAX_LINE = 1_000;

    /** Above what the mail's own bounds let through, for handlers may be given mails by others. */
    private static final int MAX_TEXT = 8 << 20;

    private final Connection connection;
    private final InboundMail mail;
    private final HandlerContext job;

    Comments(Connection connection, InboundMail mail, HandlerContext job) {
        this.connection = connection;
        this.mail = mail;
        this.job = job;
    }

    /** The comment's id. */
    long write(TicketPlace ticket, Classification classification, Citations citations) throws SQLException {
        long comment = insertComment(ticket, classification);
        insertCorrespondents(ticket, comment);
        insertCitations(comment, citations);
        return comment;
    }

    TicketPlace open() throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into ticket (tenant, mailbox, subject, requester,"
                        + " requester_name) values (?, ?, ?, ?, ?) returning id, number")) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setString(3, clean(mail.subject(), MAX_SUBJECT));
            insert.setString(4, mail.from().map(Correspondents::address).orElse(null));
            insert.setString(5, clean(mail.from().map(MailAddress::name).orElse(""), MAX_NAME));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return new TicketPlace(row.getLong("id"), row.getString("number"), 1);
            }
        }
    }

    TicketPlace commentOn(long id) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update ticket set comments = comments + 1, updated_at ="
                        + " now() where tenant = ? and mailbox = ? and id = ? returning number, comments")) {
            update.setString(1, job.tenant());
            update.setString(2, job.mailbox());
            update.setLong(3, id);
            try (ResultSet row = update.executeQuery()) {
                row.next();
                return new TicketPlace(id, row.getString("number"), row.getInt("comments"));
            }
        }
    }

    private long insertComment(TicketPlace ticket, Classification classification) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into comment (tenant, mailbox, ticket_id, position, job_id,"
                    + " message_id, message_key, sender, sender_name, subject, sent_at, received_at, text, html,"
                    + " omissions, kind, flags, signs, report) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                    + " ?, ?, ?) returning id")) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setLong(3, ticket.id());
            insert.setInt(4, ticket.position());
            insert.setString(5, job.jobId());
            insert.setString(6, mail.messageId().map(id -> clean(id, MAX_ID)).orElse(null));
            insert.setBytes(7, mail.messageId().map(Citations::key).orElse(null));
            insert.setString(8, mail.from().map(Correspondents::address).orElse(null));
            insert.setString(9, clean(mail.from().map(MailAddress::name).orElse(""), MAX_NAME));
            insert.setString(10, clean(mail.subject(), MAX_SUBJECT));
            setInstant(insert, 11, mail.date());
            setInstant(insert, 12, Optional.of(mail.receivedAt()));
            insert.setString(13, mail.text().map(text -> clean(text, MAX_TEXT)).orElse(null));
            insert.setString(14, mail.html().map(html -> clean(html, MAX_TEXT)).orElse(null));
            insert.setArray(15, texts(mail.omissions()));
            insert.setString(16, classification.kind().word());
            insert.setArray(17, texts(classification.flags()));
            insert.setArray(18, texts(classification.signs()));
            insert.setArray(19, texts(classification.report()));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Array texts(List<String> texts) throws SQLException {
        return connection.createArrayOf(
                "text", texts.stream().map(text -> clean(text, MAX_LINE)).toArray());
    }

    private static void setInstant(PreparedStatement statement, int index, Optional<Instant> instant)
            throws SQLException {
        if (instant.isPresent()) {
            statement.setObject(index, instant.get().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
        }
    }

    private void insertCorrespondents(TicketPlace ticket, long comment) throws SQLException {
        List<String> roles = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Correspondents.Role role : Correspondents.Role.values()) {
            List<MailAddress> all = role.of(mail);
            for (int i = 0; i < all.size(); i++) {
                roles.add(role.word());
                positions.add(i);
                addresses.add(Correspondents.address(all.get(i)));
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

    private void insertCitations(long comment, Citations citations) throws SQLException {
        List<byte[]> cited = citations.cited();
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
}
