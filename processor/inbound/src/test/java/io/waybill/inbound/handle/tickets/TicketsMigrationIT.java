package io.waybill.inbound.handle.tickets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.HandlerResult.Skip;
import io.waybill.handler.testing.SampleMail;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A database that the first version made and filled. */
class TicketsMigrationIT {
    private static final SampleMail KEPT = SampleMail.of("kept@example.com");

    private static final String ROWS = """
        insert into ticket (tenant, mailbox, subject, requester, requester_name, comments) values
          ('acme', 'support', 'The printer', 'customer@example.com', 'A Customer', 2);
        insert into comment (tenant, mailbox, ticket_id, position, job_id, message_id, message_key, sender, sender_name, subject, received_at, text, omissions) values
          ('acme', 'support', 1001, 1, 'job-1', 'old-1@example.com', sha256('old-1@example.com'), 'customer@example.com', '', 'The printer', now(), 'It burns.', '{}'),
          ('acme', 'support', 1001, 2, 'job-2', 'old-2@example.com', sha256('old-2@example.com'), 'customer@example.com', '', 'The printer', now(), 'Still.', '{}');
        insert into correspondent (tenant, mailbox, ticket_id, comment_id, role, position, address, name) values
          ('acme', 'support', 1001, 1, 'from', 0, 'customer@example.com', ''),
          ('acme', 'support', 1001, 1, 'to', 0, 'support@example.com', ''),
          ('acme', 'support', 1001, 2, 'from', 0, 'customer@example.com', ''),
          ('acme', 'support', 1001, 2, 'to', 0, 'support@example.com', '');
        insert into citation (tenant, mailbox, comment_id, position, message_key) values
          ('acme', 'support', 2, 1, sha256('late@example.com'));
        insert into document (tenant, mailbox, ticket_id, comment_id, position, kind, file_name, media_type, size) values
          ('acme', 'support', 1001, 1, 0, 'original', 'original.eml', 'message/rfc822', 3),
          ('acme', 'support', 1001, 1, 1, 'attachment', 'a.txt', 'text/plain', 1);
        insert into document_chunk values ('acme', 'support', 1, 0, 'abc');
        insert into processed_message (job_id, tenant, mailbox, content_key, effect, ticket_id, comment_id, same_as) values
          ('job-1', 'acme', 'support', sha256('one'), 'created', 1001, 1, null),
          ('job-2', 'acme', 'support', sha256('two'), 'commented', 1001, 2, null),
          ('job-3', 'acme', 'support', sha256('one'), 'same', null, null, 'job-1');
        """;

    private static TicketsFixture tickets;

    @BeforeAll
    static void start() throws Exception {
        tickets = new TicketsFixture();
        Flyway.configure()
                .dataSource(
                        tickets.database().jdbcUrl(),
                        tickets.database().user(),
                        tickets.database().password())
                .locations("classpath:db/tickets")
                .table("tickets_schema_history")
                .target("1")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(
                        tickets.database().jdbcUrl(),
                        tickets.database().user(),
                        tickets.database().password());
                Statement statement = connection.createStatement()) {
            statement.execute(ROWS);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into processed_message (job_id, tenant, mailbox, content_key,"
                            + " effect, ticket_id, comment_id) values ('job-4', 'acme', 'support', ?, 'commented',"
                            + " 1001, 2)")) {
                insert.setBytes(1, KEPT.contentKey());
                insert.executeUpdate();
            }
        }
    }

    @AfterAll
    static void stop() {
        tickets.close();
    }

    @Test
    void handle_onTablesOfTheFirstVersion_goesOnWithThem() throws Exception {
        Done joined = new Done("commented", "T-1001");
        assertEquals(joined, tickets.handle(SampleMail.of("new@example.com").citing("old-1@example.com"), "job-5"));
        assertEquals(joined, tickets.handle(SampleMail.of("late@example.com"), "job-6"));
        assertEquals(new Done("created", "T-1001"), tickets.handle(SampleMail.of("any@example.com"), "job-1"));
        assertEquals(
                new Skip(Skip.Reason.SAME_MESSAGE, "the same content was handled as job job-1"),
                tickets.handle(SampleMail.of("any@example.com"), "job-3"));
        assertEquals(
                new Skip(Skip.Reason.SAME_MESSAGE, "the same content was handled as job job-4"),
                tickets.handle(KEPT, "job-7"));
        assertEquals(
                List.of("4|1|mail|{}"),
                tickets.query("select comments, documents, kind, flags from ticket_overview where number = 'T-1001'"));
        assertEquals(
                List.of("1|It burns.|support@example.com|mail|{}|{}|{}", "2|Still.|support@example.com|mail|{}|{}|{}"),
                tickets.query("select position, text, recipients, kind, flags, signs, report from ticket_thread where"
                        + " number = 'T-1001' and position < 3 order by 1"));
        assertEquals(
                List.of("1", "2"),
                tickets.query("select version from tickets_schema_history where success and type = 'SQL' order by 1"));
    }
}
