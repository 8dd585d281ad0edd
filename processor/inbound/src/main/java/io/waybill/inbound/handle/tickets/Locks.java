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
 * Holds, until the transaction ends, everything by which two mails can meet: in a mailbox the ids that they have and cite, and a robot's
 * address; in a tenant their content. In sorted order, so that two mails that cite each other do not wait for each other.
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
        LongStream content = LongStream.of(Hash.lock(mail.contentKey(), job.tenant()));
        LongStream robot = classification.isAutomated() ? LongStream.of(robot()) : LongStream.empty();
        Object[] sorted = LongStream.concat(LongStream.concat(ids, content), robot)
                .distinct()
                .sorted()
                .boxed()
                .toArray();
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
