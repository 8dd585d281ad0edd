package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.job;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.InboundMail;
import io.waybill.handler.testing.SampleMail;
import java.io.ByteArrayOutputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TicketsHandlerIT {
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
    @DisplayName("A11 the first consume leaves a marker in the database, and creates the ticket, comment, documents")
    void handle_firstTime_createsTicketCommentAndDocuments() throws Exception {
        byte[] large = new byte[600_000];
        new Random(1).nextBytes(large);
        SampleMail mail = SampleMail.of(random())
                .subject("Printer")
                .cc("boss@example.com")
                .html("<p>fire</p>")
                .attach("photo.jpg", "image/jpeg", large);
        String job = random();

        Done done = done(tickets.handle(mail, job));

        assertEquals("created", done.effect());
        assertTrue(done.reference().matches("T-\\d{4,}"), done.reference());
        assertEquals(
                List.of("acme|support|created|" + done.reference()),
                tickets.query(
                        "select p.tenant, p.mailbox, p.effect, t.number from processed_message p join ticket t on t.id"
                                + " = p.ticket_id join comment c on c.id = p.comment_id and c.ticket_id = t.id where"
                                + " p.job_id = ?",
                        job));
        assertEquals(
                List.of("acme|support|Printer|customer@example.com|A Customer|1|1"),
                tickets.query(
                        "select tenant, mailbox, subject, requester, requester_name, comments, documents from"
                                + " ticket_overview where number = ?",
                        done.reference()));
        assertEquals(
                List.of("1|customer@example.com|support@example.com, boss@example.com|It really is.\n|<p>fire</p>"),
                tickets.query(
                        "select position, sender, recipients, text, html from ticket_thread where number = ?",
                        done.reference()));
        assertEquals(
                List.of(
                        "0|original|original.eml|message/rfc822|" + mail.size(),
                        "1|attachment|photo.jpg|image/jpeg|600000"),
                tickets.query(
                        "select position, kind, file_name, media_type, size from ticket_document where number = ?"
                                + " order by position",
                        done.reference()));
        assertArrayEquals(large, content(done.reference(), 1));
        assertArrayEquals(mail.original().readAllBytes(), content(done.reference(), 0));
    }

    @Test
    @DisplayName("A12 a second consume of the same job changes nothing in the database, also beyond the horizon")
    void handle_secondTime_changesNothing() throws Exception {
        SampleMail mail = SampleMail.of(random()).attach("a.txt", "text/plain", new byte[10]);
        String job = random();
        HandlerResult first = tickets.handle(mail, job);
        List<String> before = tickets.everything();
        assertEquals(first, tickets.handle(mail, job));
        // Beyond every horizon of the pipeline the database still knows.
        assertEquals(first, tickets.handler(2).handle(mail, job("acme", "support", job, true)));
        assertEquals(before, tickets.everything());
    }

    @Test
    @DisplayName("A12 the same job at once on eight threads of two processes makes one ticket")
    void handle_sameJobAtOnce_oneTicket() throws Exception {
        TicketsHandler other = tickets.handler(4);
        for (int round = 0; round < 10; round++) {
            SampleMail mail = SampleMail.of(random());
            String job = random();
            List<HandlerResult> results = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                CyclicBarrier together = new CyclicBarrier(8);
                List<Future<HandlerResult>> running = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    TicketsHandler handler = i % 2 == 0 ? other : tickets.handler();
                    running.add(threads.submit(() -> {
                        together.await();
                        return handler.handle(mail, job("acme", "support", job, false));
                    }));
                }
                for (Future<HandlerResult> one : running) {
                    results.add(one.get());
                }
            }
            assertEquals(1, results.stream().distinct().count(), results.toString());
            assertEquals(1, tickets.count("comment where job_id = ?", job));
        }
        other.close();
    }

    @Test
    void handle_jobIdOfAnotherMailbox_isRefused() throws Exception {
        String job = random();
        tickets.handle(SampleMail.of(random()), job);
        assertInstanceOf(
                HandlerResult.Refuse.class,
                tickets.handler().handle(SampleMail.of(random()), job("rival", "support", job, false)));
    }

    @Test
    void handle_mailThatCannotBeReadToItsEnd_leavesNothing() throws Exception {
        InboundMail cut = new CutMail(SampleMail.of(random()));
        String job = random();
        List<String> before = tickets.everything();
        HandlerResult result = tickets.handle(cut, job);
        assertEquals(HandlerResult.retry("the mail's content could not be read: IOException"), result);
        assertEquals(before, tickets.everything());
    }

    private static byte[] content(String number, int position) throws SQLException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        List<String> chunks = tickets.query(
                "select encode(k.bytes, 'hex') from ticket_document d join document_chunk k on k.tenant = d.tenant and"
                    + " k.mailbox = d.mailbox and k.document_id = d.document_id where d.number = ? and d.position = ?"
                    + " order by k.position",
                number,
                position);
        chunks.forEach(hex -> content.writeBytes(HexFormat.of().parseHex(hex)));
        return content.toByteArray();
    }

    private static Done done(HandlerResult result) {
        return assertInstanceOf(Done.class, result);
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
