package io.waybill.inbound.handle.tickets;

import io.waybill.handler.HandlerContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Two machines that answer each other open tickets without end. So automated mail of one sender opens so many within an hour in one
 * mailbox, and what comes beyond is kept with the last of these. A form or a list that writes for many people names each in Reply-To, so
 * that counts with the sender. The sender's lock must be held, or two mails could both be the last.
 */
final class LoopFuse {
    static final int MAX_TICKETS_PER_HOUR = 20;

    private final Connection connection;
    private final HandlerContext job;

    LoopFuse(Connection connection, HandlerContext job) {
        this.connection = connection;
        this.job = job;
    }

    /** The ticket that takes the sender's further mail; empty while he may open one. */
    Optional<Long> blown(Correspondents correspondents) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
            select count(*), max(opened.ticket_id)
              from (select ticket_id from comment
                     where tenant = ? and mailbox = ? and coalesce(sender, '') = ?
                       and coalesce((select address from correspondent r
                                      where r.tenant = comment.tenant and r.mailbox = comment.mailbox
                                        and r.comment_id = comment.id and r.role = 'reply-to' and r.position = 0), '') = ?
                       and position = 1 and 'automated' = any(flags) and created_at > now() - interval '1 hour'
                     order by created_at desc
                     limit %d) opened
            """.formatted(MAX_TICKETS_PER_HOUR))) {
            select.setString(1, job.tenant());
            select.setString(2, job.mailbox());
            select.setString(3, correspondents.sender().orElse(""));
            select.setString(4, correspondents.repliesTo().orElse(""));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1) < MAX_TICKETS_PER_HOUR ? Optional.empty() : Optional.of(row.getLong(2));
            }
        }
    }
}
