package io.waybill.cli.tickets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import io.waybill.sandbox.EmbeddedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TicketsVerbsIT {
    /** The handler's own migrations: the views that are read here are its promise to tools. */
    private static final Path SCHEMA = Path.of("../../processor/inbound/src/main/resources/db/tickets");

    private static final String FIRST = "V1__tickets.sql";

    private static final String ROWS = """
        insert into ticket (tenant, mailbox, subject, requester, requester_name, comments, created_at, updated_at) values
          ('acme', 'support', 'The printer is on fire', 'kim@example.com', 'Kim', 2, '2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z'),
          ('acme', 'orders', e'An \\u001b[31mescape\\u001b[0m', null, '', 1, '2026-05-02T10:00:00Z', '2026-05-02T10:00:00Z');
        insert into comment (tenant, mailbox, ticket_id, position, job_id, sender, sender_name, subject, sent_at, received_at, text, html, omissions) values
          ('acme', 'support', 1001, 1, 'job-1', 'kim@example.com', 'Kim', 'The printer is on fire', null, '2026-05-01T10:00:00Z', e'Hello,\\n\\nit burns.\\n', null, '{}'),
          ('acme', 'support', 1001, 2, 'job-2', 'lee@example.com', '', 'Re: The printer is on fire', null, '2026-05-01T11:00:00Z', null, '<p>Run</p>', '{a part of 9 MB}'),
          ('acme', 'orders', 1002, 1, 'job-3', null, '', 'x', null, '2026-05-02T10:00:00Z', (select string_agg('line ' || n, e'\\n') from generate_series(1, 60) n), null, '{}');
        insert into correspondent (tenant, mailbox, ticket_id, comment_id, role, position, address, name) values
          ('acme', 'support', 1001, 1, 'to', 1, 'support@acme.example', '');
        insert into document (tenant, mailbox, ticket_id, comment_id, position, kind, file_name, media_type, size) values
          ('acme', 'support', 1001, 1, 1, 'original', 'original.eml', 'message/rfc822', 4000),
          ('acme', 'support', 1001, 1, 2, 'attachment', 'flames.jpg', 'image/jpeg', 1234567);
        """;

    /** A ticket that a robot opened and a bounce came to, and what it is linked with. */
    private static final String ROBOT = """
        insert into ticket (tenant, mailbox, subject, requester, requester_name, comments, created_at, updated_at) values
          ('acme', 'alerts', e'Invoice \u202Efdp.exe', 'robot@example.com', '', 3, '2026-04-01T10:00:00Z', '2026-04-01T12:00:00Z');
        insert into comment (tenant, mailbox, ticket_id, position, job_id, sender, sender_name, subject, received_at, text, omissions, kind, flags, signs, report) values
          ('acme', 'alerts', 1003, 1, 'job-4', 'robot@example.com', '', 'x', '2026-04-01T10:00:00Z', e'See below.\n> quoted\u009B31m', '{}', 'mail', '{automated}', '{auto-submitted,list}', '{}'),
          ('acme', 'alerts', 1003, 2, 'job-5', 'mailer-daemon@example.org', '', 'x', '2026-04-01T11:00:00Z', 'Sorry.', '{}', 'bounce', '{automated}', '{report}', '{"failed: gone@example.org (5.1.1) no such user"}'),
          ('acme', 'alerts', 1003, 3, 'job-6', 'alerts@acme.example', '', 'x', '2026-04-01T12:00:00Z', 'Again.', '{}', 'mail', '{automated,self,fused}', '{loop}', '{}');
        insert into ticket_link (tenant, mailbox, ticket_id, other_mailbox, other_id, kind) values
          ('acme', 'alerts', 1003, 'orders', 1002, 'same-message');
        insert into ticket (tenant, mailbox, subject, requester, requester_name, created_at, updated_at) values
          ('acme', 'alerts', 'Another', null, '', '2026-04-01T09:00:00Z', '2026-04-01T09:00:00Z');
        insert into ticket_link (tenant, mailbox, ticket_id, other_mailbox, other_id, kind) values
          ('acme', 'alerts', 1004, 'alerts', 1003, 'possibly-related');
        """;

    private static EmbeddedDatabase database;

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        database = EmbeddedDatabase.startScratch();
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(SCHEMA.resolve(FIRST)));
            statement.execute(ROWS);
            statement.execute(Files.readString(SCHEMA.resolve("V2__threads_and_robots.sql")));
            statement.execute(ROBOT);
        }
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void list_showsTheLastChangedFirst() {
        Ran ran = run(database.jdbcUrl()).execute("tickets", "list");

        assertEquals(Exit.DONE, ran.code(), ran.err());
        var lines = ran.out().lines().toList();
        assertTrue(
                lines.get(0).matches(" ?NUMBER +MAILBOX +SUBJECT +REQUESTER +COMMENTS +DOCUMENTS +UPDATED"), ran.out());
        assertTrue(lines.get(1).matches(" ?T-1002 +acme/orders +An +\\[31mescape +\\[0m .*"), ran.out());
        assertTrue(
                lines.get(2)
                        .matches(" ?T-1001 +acme/support +The printer is on fire +kim@example.com +2 +1"
                                + " +2026-05-01T11:00:00Z"),
                ran.out());
        assertFalse(ran.out().contains("\u001b"));
    }

    @Test
    void list_ofOneMailbox_showsOnlyItsOwn() throws Exception {
        Ran ran = run(database.jdbcUrl())
                .execute("tickets", "list", "--mailbox", "acme/support", "--limit", "5", "--json");

        assertEquals(1, ran.out().lines().count());
        JsonNode ticket = new ObjectMapper().readTree(ran.out());
        assertEquals("T-1001", ticket.path("number").asText());
        assertEquals("2026-05-01T10:00:00Z", ticket.path("createdAt").asText());
    }

    @Test
    void show_printsTheWholeThread() {
        Ran ran = run(database.jdbcUrl()).execute("tickets", "show", "t-1001");

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertEquals("""
            T-1001  The printer is on fire
            acme/support · from Kim <kim@example.com> · 2 comments, 1 document · opened 2026-05-01T10:00:00Z · updated 2026-05-01T11:00:00Z

            #1  Kim <kim@example.com> · 2026-05-01T10:00:00Z · to support@acme.example
                Hello,

                it burns.
                1 document: flames.jpg (image/jpeg, 1.2 MB)

            #2  lee@example.com · 2026-05-01T11:00:00Z
                (HTML only; --json has it)
                left out: a part of 9 MB
            """, ran.out());
    }

    @Test
    void show_saysWhatIsNoMailOfAPerson_andWhatIsLinked() {
        Ran ran = run(database.jdbcUrl()).execute("tickets", "show", "1003");

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertEquals("""
            T-1003  Invoice <U+202E>fdp.exe
            acme/alerts · from robot@example.com · 3 comments, 0 documents · opened 2026-04-01T10:00:00Z · updated 2026-04-01T12:00:00Z
            possibly related: T-1004
            the same message in acme/orders: T-1002

            #1  robot@example.com · 2026-04-01T10:00:00Z · automated (auto-submitted, list)
                See below.
                > quoted 31m

            #2  mailer-daemon@example.org · 2026-04-01T11:00:00Z · bounce · automated (report)
                failed: gone@example.org (5.1.1) no such user
                Sorry.

            #3  alerts@acme.example · 2026-04-01T12:00:00Z · automated (loop) · from the mailbox itself · fused
                (kept here, as its sender's automated mail opened too many tickets within an hour)
                Again.
            """, ran.out());
        assertTrue(run(database.jdbcUrl())
                .execute("tickets", "show", "1002")
                .out()
                .contains("the same message in acme/alerts: T-1003"));
    }

    @Test
    void show_withJson_hasTheSameFacts() throws Exception {
        Ran ran = run(database.jdbcUrl()).execute("tickets", "show", "1003", "--json");

        JsonNode ticket = new ObjectMapper().readTree(ran.out());
        assertEquals("mail", ticket.path("kind").asText());
        assertEquals("automated", ticket.path("flags").path(0).asText());
        assertEquals("T-1004", ticket.path("links").path(0).path("number").asText());
        assertEquals("same-message", ticket.path("links").path(1).path("kind").asText());
        JsonNode bounce = ticket.path("thread").path(1);
        assertEquals("bounce", bounce.path("kind").asText());
        assertEquals("report", bounce.path("signs").path(0).asText());
        assertEquals(
                "failed: gone@example.org (5.1.1) no such user",
                bounce.path("report").path(0).asText());
    }

    @Test
    void show_onTablesOfTheVersionBefore_saysWhatToDo() throws Exception {
        String url = database.createDatabase("before");
        try (Connection connection = DriverManager.getConnection(url, database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(SCHEMA.resolve(FIRST)));
        }
        Ran ran = run(url).execute("tickets", "show", "1001");

        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.err().contains("the tickets tables are of an older version than this command"), ran.err());
    }

    @Test
    void show_withJson_isOneObject() throws Exception {
        Ran ran = run(database.jdbcUrl()).execute("tickets", "show", "1001", "--json");

        JsonNode ticket = new ObjectMapper().readTree(ran.out());
        assertEquals("<p>Run</p>", ticket.path("thread").path(1).path("html").asText());
        assertEquals(2, ticket.path("thread").path(0).path("documents").size());
    }

    @Test
    void show_aLongMail_isCutUnlessFull() {
        assertTrue(run(database.jdbcUrl())
                .execute("tickets", "show", "1002")
                .out()
                .endsWith("    line 40\n    … and 20 lines more: --full\n"));
        assertTrue(run(database.jdbcUrl())
                .execute("tickets", "show", "1002", "--full")
                .out()
                .endsWith("    line 60\n"));
    }

    @Test
    void show_ofNone_isNotDone() {
        Ran ran = run(database.jdbcUrl()).execute("tickets", "show", "4711");

        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.err().contains("no such ticket\n  at T-4711"), ran.err());
    }

    @Test
    void list_beforeTheFirstMail_isEmpty() {
        Ran ran = run(database.createDatabase("fresh")).execute("tickets", "list");

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertEquals("No tickets yet.\n", ran.out());
    }

    @Test
    void list_wrongPassword_saysThatTheLoginIsRefused() throws SQLException {
        Ran ran = run(database.jdbcUrl()).with("WAYBILL_SECRET_DB", "wrong").execute("tickets", "list");

        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.err().contains("the database refuses the login"), ran.err());
    }

    @Test
    void list_noDatabase_saysWhatToDo() {
        Ran ran = run("jdbc:postgresql://127.0.0.1:1/none").execute("tickets", "list");

        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.err().contains("at jdbc:postgresql://127.0.0.1:1/none"), ran.err());
    }

    private Run run(String url) {
        return new Run(home)
                .with("WAYBILL_DATABASE_URL", url)
                .with("WAYBILL_DATABASE_USER", database.user())
                .with("WAYBILL_DATABASE_PASSWORD", "env:WAYBILL_SECRET_DB")
                .with("WAYBILL_SECRET_DB", database.password());
    }
}
