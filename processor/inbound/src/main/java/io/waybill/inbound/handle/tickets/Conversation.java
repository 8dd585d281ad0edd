package io.waybill.inbound.handle.tickets;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which ticket a mail belongs to, among those of its own mailbox. The first of these rules that finds one decides:
 *
 * <ol>
 *   <li>it carries a mark that we signed for that ticket
 *   <li>it cites a mail of the ticket, and its sender is a participant: an address in From, To or Cc of one of the ticket's mails
 *   <li>it and a mail of the ticket meet at an id that is not here yet: both cite it, or it is the mail that the other cites. Each of
 *       the two must have the other's sender in From, To or Cc. Of each ticket only the first mail that cites the id counts, so that
 *       nobody claims it by a later one
 *   <li>its subject has the ticket's number, and its sender is a participant
 * </ol>
 *
 * <p>Anybody can write any Message-ID and any number into a mail, so these alone let nobody in, and pull nobody else in: nobody makes
 * himself a participant. What mail systems report has no participants at all, so only our own marks count there.
 *
 * <p>By the third rule the order of arrival does not matter: where each mail has full References and goes to all who write, the mails
 * of a conversation find each other in any order. Who is brought in later is a stranger until the mail that brings him in is here.
 */
final class Conversation {
    /** Of all the mails that cite one id; more of them are a flood, and cost each further one more. */
    private static final int MAX_CITING = 1_000;

    private static final int MAX_RELATED = 5;
    private static final int MAX_NUMBERS = 5;
    private static final Pattern NUMBER = Pattern.compile("\\[#?T-([1-9][0-9]{0,17})\\]", Pattern.CASE_INSENSITIVE);

    /**
     * Events have senders and recipients that are no partners in the conversation, unless the ticket is about them. Nor has a mail that is
     * only kept with it.
     */
    private static final String COUNTS =
            "((w.kind = 'mail' and not '" + Classification.FUSED + "' = any(w.flags)) or w.position = 1)";

    private final Connection connection;
    private final InboundMail mail;
    private final HandlerContext job;
    private final Citations citations;
    private final Correspondents correspondents;

    Conversation(Connection connection, InboundMail mail, HandlerContext job, Citations citations) {
        this.connection = connection;
        this.mail = mail;
        this.job = job;
        this.citations = citations;
        this.correspondents = new Correspondents(mail);
    }

    Placement place(SignedMarks marks) throws SQLException {
        List<Long> numbers = numbers();
        Optional<Long> ticket = existing(marks.in(mail, job));
        Optional<String> sender = correspondents.sender();
        if (ticket.isEmpty() && sender.isPresent() && !Classification.isOfMailSystem(mail)) {
            ticket = cited(sender.get());
            if (ticket.isEmpty()) {
                ticket = meeting(sender.get());
            }
            if (ticket.isEmpty()) {
                ticket = numbered(numbers, sender.get());
            }
        }
        return ticket.isPresent() ? new Placement.Joins(ticket.get()) : new Placement.Opens(related(numbers));
    }

    private List<Long> numbers() {
        return NUMBER.matcher(mail.subject())
                .results()
                .map(found -> Long.valueOf(found.group(1)))
                .distinct()
                .limit(MAX_NUMBERS)
                .toList();
    }

    private Optional<Long> existing(List<Long> signed) throws SQLException {
        if (signed.isEmpty()) {
            return Optional.empty();
        }
        try (PreparedStatement select = connection.prepareStatement("""
            select t.id
              from unnest(?::bigint[]) with ordinality as signed(id, position)
              join ticket t on t.tenant = ? and t.mailbox = ? and t.id = signed.id
             order by signed.position
             limit 1
            """)) {
            select.setArray(1, connection.createArrayOf("int8", signed.toArray()));
            scope(select, 2);
            return first(select);
        }
    }

    /** Where several mails have the id that is cited, it is the one whose sender is addressed. */
    private Optional<Long> cited(String sender) throws SQLException {
        if (citations.cited().isEmpty()) {
            return Optional.empty();
        }
        try (PreparedStatement select = connection.prepareStatement("""
            select c.ticket_id
              from unnest(?::bytea[]) with ordinality as cited(key, position)
              join comment c on c.tenant = ? and c.mailbox = ? and c.message_key = cited.key
             where exists (select 1 from correspondent r
                             join comment w on w.tenant = r.tenant and w.mailbox = r.mailbox and w.id = r.comment_id
                            where r.tenant = c.tenant and r.mailbox = c.mailbox and r.ticket_id = c.ticket_id
                              and r.address = ? and r.role in ('from', 'to', 'cc') and %s)
             order by cited.position, coalesce(c.sender = any(?::text[]), false) desc, c.id
             limit 1
            """.formatted(COUNTS))) {
            select.setArray(1, keys(citations.cited().toArray(byte[][]::new)));
            scope(select, 2);
            select.setString(4, sender);
            select.setArray(5, addresses());
            return first(select);
        }
    }

    private Optional<Long> meeting(String sender) throws SQLException {
        if (citations.all().length == 0) {
            return Optional.empty();
        }
        try (PreparedStatement select = connection.prepareStatement("""
            select earliest.ticket_id
              from unnest(?::bytea[]) with ordinality as met(key, position)
              join lateral (select distinct on (w.ticket_id) w.ticket_id, w.id, w.sender
                              from (select x.comment_id from citation x
                                     where x.tenant = ? and x.mailbox = ? and x.message_key = met.key
                                     order by x.comment_id limit %d) citing
                              join lateral (select k.ticket_id, k.id, k.sender, k.kind, k.flags, k.position from comment k
                                             where k.tenant = ? and k.mailbox = ? and k.id = citing.comment_id
                                             limit 1) w on true
                             where %s
                             order by w.ticket_id, w.id) earliest on true
             where earliest.sender = any(?::text[])
               and exists (select 1 from correspondent r
                            where r.tenant = ? and r.mailbox = ? and r.comment_id = earliest.id
                              and r.address = ? and r.role in ('from', 'to', 'cc'))
               and not exists (select 1 from comment here
                                where here.tenant = ? and here.mailbox = ? and here.message_key = met.key
                                  and here.ticket_id = earliest.ticket_id)
             order by met.position, earliest.id
             limit 1
            """.formatted(MAX_CITING, COUNTS))) {
            select.setArray(1, keys(citations.all()));
            scope(select, 2);
            scope(select, 4);
            select.setArray(6, addresses());
            scope(select, 7);
            select.setString(9, sender);
            scope(select, 10);
            return first(select);
        }
    }

    private Optional<Long> numbered(List<Long> numbers, String sender) throws SQLException {
        if (numbers.isEmpty()) {
            return Optional.empty();
        }
        try (PreparedStatement select = connection.prepareStatement("""
            select t.id
              from unnest(?::bigint[]) with ordinality as named(id, position)
              join ticket t on t.tenant = ? and t.mailbox = ? and t.id = named.id
             where exists (select 1 from correspondent r
                             join comment w on w.tenant = r.tenant and w.mailbox = r.mailbox and w.id = r.comment_id
                            where r.tenant = t.tenant and r.mailbox = t.mailbox and r.ticket_id = t.id
                              and r.address = ? and r.role in ('from', 'to', 'cc') and %s)
             order by named.position
             limit 1
            """.formatted(COUNTS))) {
            select.setArray(1, connection.createArrayOf("int8", numbers.toArray()));
            scope(select, 2);
            select.setString(4, sender);
            return first(select);
        }
    }

    /** Tickets that have a mail it cites, or one of its own id, or one that meets it; or whose number it names. */
    private List<Long> related(List<Long> numbers) throws SQLException {
        if (citations.all().length == 0 && numbers.isEmpty()) {
            return List.of();
        }
        try (PreparedStatement select = connection.prepareStatement("""
            select found.ticket_id
              from (select c.ticket_id, met.position as place
                      from unnest(?::bytea[]) with ordinality as met(key, position)
                      join lateral (select k.ticket_id from comment k
                                     where k.tenant = ? and k.mailbox = ? and k.message_key = met.key
                                     order by k.id limit %1$d) c on true
                    union all
                    select w.ticket_id, 1000 + met.position
                      from unnest(?::bytea[]) with ordinality as met(key, position)
                      join lateral (select x.comment_id from citation x
                                     where x.tenant = ? and x.mailbox = ? and x.message_key = met.key
                                     order by x.comment_id limit %1$d) citing on true
                      join lateral (select k.ticket_id from comment k
                                     where k.tenant = ? and k.mailbox = ? and k.id = citing.comment_id limit 1) w on true
                    union all
                    select t.id, 2000 from ticket t where t.tenant = ? and t.mailbox = ? and t.id = any(?::bigint[])
                   ) found
             group by found.ticket_id
             order by min(found.place), found.ticket_id
             limit %1$d
            """.formatted(MAX_RELATED))) {
            select.setArray(1, keys(citations.all()));
            scope(select, 2);
            select.setArray(4, keys(citations.all()));
            scope(select, 5);
            scope(select, 7);
            scope(select, 9);
            select.setArray(11, connection.createArrayOf("int8", numbers.toArray()));
            List<Long> related = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    related.add(row.getLong(1));
                }
            }
            return related;
        }
    }

    private void scope(PreparedStatement statement, int index) throws SQLException {
        statement.setString(index, job.tenant());
        statement.setString(index + 1, job.mailbox());
    }

    private Array keys(byte[][] keys) throws SQLException {
        return connection.createArrayOf("bytea", keys);
    }

    private Array addresses() throws SQLException {
        return connection.createArrayOf("text", correspondents.all());
    }

    private static Optional<Long> first(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
        }
    }
}
