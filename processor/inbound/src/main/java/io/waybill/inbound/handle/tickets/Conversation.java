package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.DatabaseText.clean;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Which ticket a mail belongs to, among those of its own mailbox.
 *
 * <p>Anybody can write any Message-ID into a mail, so citing one does not let anybody in. A mail joins a ticket where it cites a mail
 * of it and its sender is already a participant: an address in From, To or Cc of one of the ticket's mails. And, since mails do not
 * arrive in the order they were sent, where it is itself what an earlier mail cites, provided that each of the two has the other's
 * sender in From, To or Cc. Nobody makes himself a participant: a mail that does not join opens a ticket of its own.
 */
final class Conversation {
    private static final int MAX_CITES = 100;
    private static final int MAX_ADDRESS = 320;

    private final Connection connection;
    private final InboundMail mail;
    private final HandlerContext job;
    private final List<byte[]> cited;

    Conversation(Connection connection, InboundMail mail, HandlerContext job) {
        this.connection = connection;
        this.mail = mail;
        this.job = job;
        this.cited =
                mail.cites().stream().limit(MAX_CITES).map(Conversation::key).toList();
    }

    /** Where an address stands in a mail. */
    enum Role {
        FROM("from"),
        REPLY_TO("reply-to"),
        TO("to"),
        CC("cc");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        List<MailAddress> of(InboundMail mail) {
            return switch (this) {
                case FROM -> mail.from().stream().toList();
                case REPLY_TO -> mail.replyTo();
                case TO -> mail.to();
                case CC -> mail.cc();
            };
        }
    }

    /** The address as it is compared: whole, in lower case, for no mail system of our days tells cases apart. */
    static String address(MailAddress address) {
        return clean(address.address(), MAX_ADDRESS).toLowerCase(Locale.ROOT);
    }

    /** A Message-ID as it is looked up: hashed, since it may be too long for an index. */
    static byte[] key(String messageId) {
        return sha256().digest(messageId.getBytes(StandardCharsets.UTF_8));
    }

    /** The keys of what the mail cites, in the order of its trust in them. */
    List<byte[]> cited() {
        return cited;
    }

    /**
     * Holds this conversation until the transaction ends: its own id, what it cites, and its content. In sorted order, so that two
     * mails that cite each other do not wait for each other.
     */
    void lock() throws SQLException {
        Stream<byte[]> ids = Stream.concat(mail.messageId().map(Conversation::key).stream(), cited.stream());
        LongStream keys = Stream.concat(ids, Stream.of(mail.contentKey())).mapToLong(this::lockKey);
        Object[] sorted = keys.distinct().sorted().boxed().toArray();
        try (PreparedStatement select =
                connection.prepareStatement("select pg_advisory_xact_lock(k) from unnest(?::bigint[]) as k")) {
            select.setArray(1, connection.createArrayOf("int8", sorted));
            select.execute();
        }
    }

    private long lockKey(byte[] id) {
        MessageDigest digest = sha256();
        for (String field : new String[] {job.tenant(), job.mailbox()}) {
            byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return ByteBuffer.wrap(digest.digest(id)).getLong();
    }

    /** The ticket that the mail joins; empty where it opens one. */
    Optional<Long> ticket() throws SQLException {
        Optional<String> sender = mail.from().map(Conversation::address);
        if (sender.isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> answered = cited.isEmpty() ? Optional.empty() : citedTicket(sender.get());
        return answered.isPresent() ? answered : citingTicket(sender.get());
    }

    private Optional<Long> citedTicket(String sender) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
            select c.ticket_id
              from unnest(?::bytea[]) with ordinality as cited(key, position)
              join comment c on c.tenant = ? and c.mailbox = ? and c.message_key = cited.key
             where exists (select 1 from correspondent r
                            where r.tenant = c.tenant and r.mailbox = c.mailbox and r.ticket_id = c.ticket_id
                              and r.address = ? and r.role in ('from', 'to', 'cc'))
             order by cited.position, c.id
             limit 1
            """)) {
            Array keys = connection.createArrayOf("bytea", cited.toArray(byte[][]::new));
            select.setArray(1, keys);
            select.setString(2, job.tenant());
            select.setString(3, job.mailbox());
            select.setString(4, sender);
            return id(select);
        }
    }

    /** The original that comes after its reply: only the earliest reply counts, so that a later one cannot claim it. */
    private Optional<Long> citingTicket(String sender) throws SQLException {
        if (mail.messageId().isEmpty()) {
            return Optional.empty();
        }
        Object[] correspondents = Stream.of(mail.from().stream(), mail.to().stream(), mail.cc().stream())
                .flatMap(addresses -> addresses.map(Conversation::address))
                .distinct()
                .toArray();
        try (PreparedStatement select = connection.prepareStatement("""
            select c.ticket_id
              from (select x.comment_id from citation x
                     where x.tenant = ? and x.mailbox = ? and x.message_key = ?
                     order by x.comment_id limit 1) earliest
              join comment c on c.tenant = ? and c.mailbox = ? and c.id = earliest.comment_id
             where c.sender = any(?::text[])
               and exists (select 1 from correspondent r
                            where r.tenant = c.tenant and r.mailbox = c.mailbox and r.comment_id = c.id
                              and r.address = ? and r.role in ('from', 'to', 'cc'))
            """)) {
            select.setString(1, job.tenant());
            select.setString(2, job.mailbox());
            select.setBytes(3, key(mail.messageId().get()));
            select.setString(4, job.tenant());
            select.setString(5, job.mailbox());
            select.setArray(6, connection.createArrayOf("text", correspondents));
            select.setString(7, sender);
            return id(select);
        }
    }

    private static Optional<Long> id(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
