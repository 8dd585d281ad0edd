package io.waybill.inbound.handle.tickets;

import io.waybill.handler.HandlerContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Says of two tickets that they have to do with each other. Links let nobody in; nothing is ever merged. */
final class TicketLinks {
    /** A mail to more mailboxes of a tenant than that is a circular, and nobody reads so many links. */
    private static final int MAX_MAILBOXES = 20;

    private final Connection connection;
    private final HandlerContext job;
    private final long ticket;

    TicketLinks(Connection connection, HandlerContext job, long ticket) {
        this.connection = connection;
        this.job = job;
        this.ticket = ticket;
    }

    /** The ticket that was just opened, with others of the mailbox. */
    void related(List<Long> others) throws SQLException {
        if (others.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
            insert into ticket_link (tenant, mailbox, ticket_id, other_mailbox, other_id, kind)
            select ?, ?, ?, ?, o.id, 'possibly-related' from unnest(?::bigint[]) as o(id)
            """)) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setLong(3, ticket);
            insert.setString(4, job.mailbox());
            insert.setArray(5, connection.createArrayOf("int8", others.toArray()));
            insert.executeUpdate();
        }
    }

    /** With the tickets of the same message in other mailboxes of the tenant; the message's lock must be held. */
    void sameMessage(byte[] contentKey) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
            insert into ticket_link (tenant, mailbox, ticket_id, other_mailbox, other_id, kind)
            select here.tenant, least(here.mailbox, p.mailbox),
                   case when here.mailbox < p.mailbox then here.id else p.ticket_id end,
                   greatest(here.mailbox, p.mailbox),
                   case when here.mailbox < p.mailbox then p.ticket_id else here.id end, 'same-message'
              from (select ?::text as tenant, ?::text as mailbox, ?::bigint as id) here
              join processed_message p on p.tenant = here.tenant and p.content_key = ? and p.mailbox <> here.mailbox
             where p.effect in ('created', 'commented')
             order by p.processed_at
             limit %d
            on conflict do nothing
            """.formatted(MAX_MAILBOXES))) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setLong(3, ticket);
            insert.setBytes(4, contentKey);
            insert.executeUpdate();
        }
    }
}
