package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.HandlerResult.Retry;
import io.waybill.handler.HandlerResult.Skip;
import io.waybill.handler.testing.SampleMail;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same mail under another job id: moved, imported once more, renumbered; and in another mailbox. */
class SameMessageIT {
    private static TicketsFixture tickets;

    @BeforeAll
    static void start() {
        tickets = new TicketsFixture();
    }

    @AfterAll
    static void stop() {
        tickets.close();
    }

    @ParameterizedTest(name = "recovered: {0}")
    @ValueSource(booleans = {true, false})
    void handle_sameContent_isTheSameMessage(boolean recovered) throws Exception {
        SampleMail mail = SampleMail.of(random());
        String first = random();
        String again = random();
        tickets.handle(mail, first);
        long comments = tickets.count("comment");

        HandlerResult result = handle(mail, "support", again, recovered);

        assertEquals(new Skip(Skip.Reason.SAME_MESSAGE, "the same content was handled as job " + first), result);
        assertEquals(comments, tickets.count("comment"));
        assertEquals(result, handle(mail, "support", again, recovered));
        assertEquals(
                List.of("same|" + first),
                tickets.query("select effect, same_as from processed_message where job_id = ?", again));
        // And once more: it is the first that is named, not the copy.
        assertEquals(result, handle(mail, "support", random(), recovered));
    }

    @ParameterizedTest(name = "recovered: {0}")
    @ValueSource(booleans = {true, false})
    void handle_otherContentUnderTheSameMessageId_isALinkedTicket(boolean recovered) throws Exception {
        String id = random();
        Done first = done(tickets.handle(SampleMail.of(id), random()));
        Done other = done(handle(SampleMail.of(id).text("another text"), "support", random(), recovered));
        assertEquals("created", other.effect());
        assertEquals(List.of("possibly-related|support|" + first.reference()), tickets.links(other.reference()));
    }

    @Test
    void handle_equalMailsThatNothingTellsApart_areTwo_unlessRecovered() throws Exception {
        SampleMail mail = SampleMail.of("none").withoutMessageId().withoutDate().text("disk full " + random());
        assertEquals("created", done(tickets.handle(mail, random())).effect());
        assertEquals("created", done(tickets.handle(mail, random())).effect());
        assertInstanceOf(Skip.class, handle(mail, "support", random(), true));
    }

    @Test
    void handle_withDateAlone_isRecognised() throws Exception {
        SampleMail mail = SampleMail.of("none").withoutMessageId().text(random());
        tickets.handle(mail, random());
        assertInstanceOf(Skip.class, tickets.handle(mail, random()));
    }

    @Test
    void handle_inTwoMailboxes_isATicketEach_linked() throws Exception {
        SampleMail mail = SampleMail.of(random());
        Done support = done(handle(mail, "support", random(), false));
        Done sales = done(handle(mail, "sales", random(), false));
        assertEquals("created", sales.effect());
        assertNotEquals(support.reference(), sales.reference());
        assertEquals(List.of("same-message|support|" + support.reference()), tickets.links(sales.reference()));
        assertEquals(List.of("same-message|sales|" + sales.reference()), tickets.links(support.reference()));
    }

    @Test
    void handle_replyInTwoMailboxes_addsNoSecondLink() throws Exception {
        String original = random();
        SampleMail mail = SampleMail.of(original);
        SampleMail reply = SampleMail.of(random()).citing(original);
        Done support = done(handle(mail, "support", random(), false));
        Done sales = done(handle(mail, "sales", random(), false));
        // The other way round this time: a link has no direction.
        assertEquals(
                sales.reference(), done(handle(reply, "sales", random(), false)).reference());
        assertEquals(
                support.reference(),
                done(handle(reply, "support", random(), false)).reference());
        assertEquals(List.of("same-message|support|" + support.reference()), tickets.links(sales.reference()));
    }

    @Test
    void handle_inAnotherTenant_isNeitherTheSameNorLinked() throws Exception {
        SampleMail mail = SampleMail.of(random());
        Done ours = done(handle(mail, "support", random(), false));
        Done theirs = done(tickets.handler().handle(mail, job("rival", "support", random(), false)));
        assertEquals("created", theirs.effect());
        assertEquals(List.of(), tickets.links(theirs.reference()));
        assertEquals(List.of(), tickets.links(ours.reference()));
    }

    @Test
    void handle_atOnceTwiceInEachOfTwoMailboxes_isATicketEach_linkedOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            SampleMail mail = SampleMail.of(random());
            List<Future<HandlerResult>> running = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                CyclicBarrier together = new CyclicBarrier(4);
                for (String mailbox : List.of("one", "one", "two", "two")) {
                    running.add(threads.submit(() -> {
                        together.await();
                        return handle(mail, mailbox, random(), false);
                    }));
                }
            }
            List<String> numbers = new ArrayList<>();
            for (Future<HandlerResult> one : running) {
                if (one.get() instanceof Done done) {
                    numbers.add(done.reference());
                }
            }
            assertEquals(2, numbers.size());
            assertEquals(1, tickets.links(numbers.getFirst()).size());
            assertEquals(1, tickets.links(numbers.getLast()).size());
        }
    }

    /** A circular comes to many mailboxes at once, and each must get as far as its links without waiting for the others. */
    @Test
    void handle_sameContentUnderWayInAnotherMailbox_documentsDoNotWait() throws Exception {
        SampleMail mail = SampleMail.of(random())
                .attach("map.png", "image/png", new byte[100])
                .breakingOff();
        try (Connection other = DriverManager.getConnection(
                tickets.database().jdbcUrl(),
                tickets.database().user(),
                tickets.database().password())) {
            other.setAutoCommit(false);
            try (PreparedStatement lock = other.prepareStatement("select pg_advisory_xact_lock(?)")) {
                lock.setLong(1, Hash.lock(mail.contentKey(), "acme"));
                lock.execute();
            }
            Retry result = assertInstanceOf(Retry.class, handle(mail, "support", random(), false));
            // It has read the document: what it would wait for comes after it.
            assertTrue(result.detail().contains("content could not be read"), result.detail());
            other.rollback();
        }
    }

    private static HandlerResult handle(SampleMail mail, String mailbox, String job, boolean recovered)
            throws InterruptedException {
        return tickets.handler().handle(mail, job("acme", mailbox, job, recovered));
    }

    private static Done done(HandlerResult result) {
        return assertInstanceOf(Done.class, result);
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
