package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.testing.SampleMail;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConversationIT {
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
    void handle_replyOfAParticipant_isAComment() throws Exception {
        String original = random();
        Done opened = handle(SampleMail.of(original).cc("colleague@example.com"));
        // Someone in copy, writing his address in another case, replies by References alone.
        Done reply =
                handle(SampleMail.of(random()).from("Colleague@Example.com", "").citing(random(), original));
        assertEquals(new Done("commented", opened.reference()), reply);
        // The mailbox itself was addressed, so an agent who writes from it belongs.
        Done answer = handle(SampleMail.of(random())
                .from("support@example.com", "")
                .to("customer@example.com", "expert@example.com")
                .citing(original));
        assertEquals(opened.reference(), answer.reference());
        // And whom a participant brings in, belongs from then on.
        Done expert =
                handle(SampleMail.of(random()).from("expert@example.com", "").citing(original));
        assertEquals(opened.reference(), expert.reference());
        assertEquals(
                List.of(
                        "1|customer@example.com",
                        "2|colleague@example.com",
                        "3|support@example.com",
                        "4|expert@example.com"),
                tickets.query(
                        "select position, sender from ticket_thread where number = ? order by 1", opened.reference()));
        assertEquals(
                List.of("4"),
                tickets.query("select comments from ticket_overview where number = ?", opened.reference()));
    }

    @Test
    void handle_outsiderWhoCites_opensATicketOfHisOwn() throws Exception {
        String original = random();
        Done opened = handle(SampleMail.of(original));
        Done outsider = handle(SampleMail.of(random())
                .from("outsider@example.net", "A Customer")
                .to("support@example.com", "customer@example.com")
                .citing(original));
        assertEquals("created", outsider.effect());
        assertNotEquals(opened.reference(), outsider.reference());
        // Having written, he belongs to the conversation no more than before.
        Done again =
                handle(SampleMail.of(random()).from("outsider@example.net", "").citing(original));
        assertNotEquals(opened.reference(), again.reference());
    }

    @Test
    void handle_mailWithoutSender_neverJoins() throws Exception {
        String original = random();
        handle(SampleMail.of(original).withoutFrom());
        assertEquals(
                "created",
                handle(SampleMail.of(random()).withoutFrom().citing(original)).effect());
    }

    @Test
    void handle_replyBeforeItsOriginal_theyMeet() throws Exception {
        String original = random();
        Done reply = handle(SampleMail.of(random())
                .from("agent@example.com", "")
                .to("customer@example.com")
                .cc("support@example.com")
                .citing(original));
        assertEquals("created", reply.effect());
        Done late = handle(SampleMail.of(original).to("support@example.com", "agent@example.com"));
        assertEquals(new Done("commented", reply.reference()), late);
    }

    @Test
    void handle_outsiderWhoGuessedTheId_pullsNobodyIn() throws Exception {
        String original = random();
        Done trap = handle(SampleMail.of(random())
                .from("outsider@example.net", "")
                .to("customer@example.com")
                .citing(original));
        Done opened = handle(SampleMail.of(original));
        assertEquals("created", opened.effect());
        assertNotEquals(trap.reference(), opened.reference());
    }

    @Test
    @DisplayName("A22 a mail in tenant B that cites tenant A's mail never joins it")
    void handle_otherTenantOrMailboxCites_neverJoins() throws Exception {
        String original = random();
        Done opened = handle(SampleMail.of(original));
        for (String[] elsewhere : new String[][] {{"rival", "support"}, {"acme", "sales"}}) {
            SampleMail citing = SampleMail.of(random()).citing(original);
            HandlerResult result = tickets.handler().handle(citing, job(elsewhere[0], elsewhere[1], random(), false));
            Done other = assertInstanceOf(Done.class, result);
            assertEquals("created", other.effect());
            assertNotEquals(opened.reference(), other.reference());
            assertEquals(
                    List.of(elsewhere[0] + "|" + elsewhere[1]),
                    tickets.query("select tenant, mailbox from ticket_overview where number = ?", other.reference()));
        }
        assertEquals(
                List.of("1"),
                tickets.query("select comments from ticket_overview where number = ?", opened.reference()));
    }

    @Test
    void handle_originalAndRepliesAtOnce_oneTicket() throws Exception {
        for (int round = 0; round < 20; round++) {
            String original = random();
            String reply = random();
            List<SampleMail> mails = List.of(
                    SampleMail.of(original).to("support@example.com", "agent@example.com"),
                    SampleMail.of(reply)
                            .from("agent@example.com", "")
                            .to("customer@example.com", "support@example.com")
                            .citing(original),
                    SampleMail.of(random())
                            .to("support@example.com", "agent@example.com")
                            .citing(reply, original));
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                CyclicBarrier together = new CyclicBarrier(mails.size());
                List<Future<Done>> running = mails.stream()
                        .map(mail -> threads.submit(() -> {
                            together.await();
                            return handle(mail);
                        }))
                        .toList();
                String number = running.getFirst().get().reference();
                int created = 0;
                for (Future<Done> one : running) {
                    assertEquals(number, one.get().reference());
                    created += one.get().effect().equals("created") ? 1 : 0;
                }
                assertEquals(1, created);
            }
        }
    }

    private static Done handle(SampleMail mail) throws InterruptedException {
        return assertInstanceOf(Done.class, tickets.handle(mail, random()));
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
