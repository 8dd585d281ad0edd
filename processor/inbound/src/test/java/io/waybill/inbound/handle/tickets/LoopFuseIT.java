package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.Automation;
import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.testing.SampleMail;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LoopFuseIT {
    private static final int MAX = LoopFuse.MAX_TICKETS_PER_HOUR;

    private static TicketsFixture tickets;

    @BeforeAll
    static void start() {
        tickets = new TicketsFixture();
    }

    @AfterAll
    static void stop() {
        tickets.close();
    }

    @Test
    void automated_moreThanTwentyInAnHour_goToTheLastTicket_andAreMarked() throws Exception {
        Done last = null;
        for (int i = 0; i < MAX; i++) {
            last = handle(robot("loop@example.net"), "fuse");
            assertEquals("created", last.effect());
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(new Done("commented", last.reference()), handle(robot("LOOP@example.net"), "fuse"));
        }
        assertEquals(
                List.of("{automated}", "{automated,fused}", "{automated,fused}", "{automated,fused}"),
                tickets.query("select flags from ticket_thread where number = ? order by position", last.reference()));

        // Neither another robot, nor the same one elsewhere, nor a person, is kept from anything.
        assertEquals("created", handle(robot("other@example.net"), "fuse").effect());
        assertEquals("created", handle(robot("loop@example.net"), "elsewhere").effect());
        assertEquals(
                "created",
                handle(SampleMail.of(random()).from("loop@example.net", ""), "fuse")
                        .effect());

        // An hour later it may open tickets again.
        try (Connection connection = DriverManager.getConnection(
                        tickets.database().jdbcUrl(),
                        tickets.database().user(),
                        tickets.database().password());
                Statement statement = connection.createStatement()) {
            statement.execute("update comment set created_at = created_at - interval '1 hour' where mailbox = 'fuse'");
        }
        assertEquals("created", handle(robot("loop@example.net"), "fuse").effect());
    }

    @Test
    void formThatWritesForManyPeople_opensATicketForEach() throws Exception {
        for (int i = 0; i < MAX + 5; i++) {
            Done done = handle(robot("noreply@forms.example").replyTo("enquirer" + i + "@example.org"), "form");
            assertEquals("created", done.effect());
        }
        for (int i = 0; i < MAX; i++) {
            handle(robot("noreply@forms.example").replyTo("sales@forms.example"), "form");
        }
        Done kept = handle(
                robot("noreply@forms.example").replyTo("sales@forms.example").cc("bystander@example.org"), "form");
        assertEquals("commented", kept.effect());

        // Who stands in what is only kept there is no partner in the conversation.
        Done reply = handle(
                SampleMail.of(random()).from("bystander@example.org", "").subject("Re: [" + kept.reference() + "]"),
                "form");
        assertEquals("created", reply.effect());
    }

    @Test
    void automated_withoutSender_isCountedAsOne() throws Exception {
        for (int i = 0; i < MAX; i++) {
            handle(robot("any@example.net").withoutFrom(), "nobody");
        }
        assertEquals(
                "commented",
                handle(robot("any@example.net").withoutFrom(), "nobody").effect());
    }

    @Test
    void automated_thirtyAtOnce_openTwenty() throws Exception {
        List<Future<Done>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                running.add(threads.submit(() -> handle(robot("burst@example.net"), "burst")));
            }
        }
        int created = 0;
        for (Future<Done> one : running) {
            created += one.get().effect().equals("created") ? 1 : 0;
        }
        assertEquals(MAX, created);
        assertEquals(30, tickets.count("comment where mailbox = 'burst'"));
    }

    @Test
    void count_usesItsIndex() throws Exception {
        handle(robot("indexed@example.net"), "indexed");
        String plan = String.join("\n", tickets.query("""
            explain select ticket_id from comment
             where tenant = 'acme' and mailbox = 'indexed' and coalesce(sender, '') = 'indexed@example.net'
               and position = 1 and 'automated' = any(flags) and created_at > now() - interval '1 hour'
             order by created_at desc limit 20
            """));
        assertTrue(plan.contains("comment_opened_by_robot"), plan);
    }

    private static SampleMail robot(String sender) {
        return SampleMail.of(random()).from(sender, "").automated(Automation.AUTO_SUBMITTED);
    }

    private static Done handle(SampleMail mail, String mailbox) throws InterruptedException {
        return assertInstanceOf(Done.class, tickets.handler().handle(mail, job("acme", mailbox, random(), false)));
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
