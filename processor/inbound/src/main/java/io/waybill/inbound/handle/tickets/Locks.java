package io.waybill.inbound.handle.tickets;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Holds, until the transaction ends, everything by which two mails can meet: in a mailbox the ids that they have and cite, their content
 * and a robot's address, in sorted order, so that two mails that cite each other do not wait for each other; and last, in a tenant,
 * their content. One circular to many mailboxes would have all of them wait for each other's documents if that came first, each with a
 * connection.
 */
final class Locks {
    private final Connection connection;
    private final InboundMail mail;
    private final HandlerContext job;

    Locks(Connection connection, InboundMail mail, HandlerContext job) {
        this.connection = connection;
        this.mail = mail;
        this.job = job;
    }

    void take(Citations citations, Classification classification) throws SQLException {
        LongStream ids = Stream.of(citations.all()).mapToLong(id -> Hash.lock(id, job.tenant(), job.mailbox()));
        LongStream content = LongStream.of(Hash.lock(mail.contentKey(), job.tenant(), job.mailbox()));
        LongStream robot = classification.isAutomated() ? LongStream.of(robot()) : LongStream.empty();
        take(LongStream.concat(LongStream.concat(ids, content), robot));
    }

    /** Before it is looked for in the tenant's other mailboxes: nothing else may be locked after it. */
    void takeContentInTenant() throws SQLException {
        take(LongStream.of(Hash.lock(mail.contentKey(), job.tenant())));
    }

    private void take(LongStream keys) throws SQLException {
        Object[] sorted = keys.distinct().sorted().boxed().toArray();
        try (PreparedStatement select =
                connection.prepareStatement("select pg_advisory_xact_lock(k) from unnest(?::bigint[]) as k")) {
            select.setArray(1, connection.createArrayOf("int8", sorted));
            select.execute();
        }
    }

    private long robot() {
        byte[] sender = new Correspondents(mail).sender().orElse("").getBytes(StandardCharsets.UTF_8);
        return Hash.lock(sender, job.tenant(), job.mailbox(), "robot");
    }
}
