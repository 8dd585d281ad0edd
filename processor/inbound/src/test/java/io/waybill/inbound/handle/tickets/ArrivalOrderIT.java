package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.testing.SampleMail;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every order in which the mails of a conversation can arrive; a failure names the seed and the order that make it again. */
class ArrivalOrderIT {
    private static TicketsFixture tickets;

    @BeforeAll
    static void start() {
        tickets = new TicketsFixture();
    }

    @AfterAll
    static void stop() {
        tickets.close();
    }

    @ParameterizedTest(name = "seed {0}, {1} mails")
    @CsvSource({"1,2", "2,3", "3,3", "4,4", "5,4", "6,4", "7,4", "8,4", "9,5", "10,5"})
    void handle_conversationInAnyOrder_isOneTicket(long seed, int mails) throws Exception {
        for (List<Integer> order : MailOrder.orders(mails)) {
            List<SampleMail> conversation = MailOrder.conversation(seed, mails);
            String tenant = "s" + seed + "-" + name(order);
            for (int mail : order) {
                file(conversation.get(mail), tenant);
            }
            assertEquals(
                    List.of(Integer.toString(mails)),
                    tickets.query("select comments from ticket_overview where tenant = ?", tenant),
                    "seed " + seed + " in the order " + order);
        }
    }

    @ParameterizedTest(name = "seed {0}, {1} mails and an intruder")
    @CsvSource({"11,3", "12,3", "13,4", "14,4"})
    void handle_intruderAtAnyPlace_staysAloneAndDividesNobody(long seed, int mails) throws Exception {
        for (List<Integer> order : MailOrder.orders(mails + 1)) {
            List<SampleMail> all = MailOrder.conversation(seed, mails);
            all.add(MailOrder.intruder(all));
            String tenant = "i" + seed + "-" + name(order);
            for (int mail : order) {
                file(all.get(mail), tenant);
            }
            assertEquals(
                    List.of("1|outsider@example.net", mails + "|"),
                    tickets.query(
                            "select t.comments, case when t.comments = 1 then t.requester else '' end from"
                                    + " ticket_overview t where t.tenant = ? order by 1",
                            tenant),
                    "seed " + seed + " in the order " + order);
        }
    }

    @Test
    void handle_conversationAtOnceOnManyThreads_isOneTicket() throws Exception {
        for (int round = 0; round < 20; round++) {
            int seed = 100 + round;
            List<SampleMail> conversation = MailOrder.conversation(seed, 5);
            Collections.shuffle(conversation, new Random(seed));
            String tenant = "c" + seed;
            List<Future<Done>> running = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                CyclicBarrier together = new CyclicBarrier(conversation.size());
                for (SampleMail mail : conversation) {
                    running.add(threads.submit(() -> {
                        together.await();
                        return file(mail, tenant);
                    }));
                }
            }
            List<String> effects = new ArrayList<>();
            for (Future<Done> one : running) {
                effects.add(one.get().effect());
            }
            assertEquals(1, Collections.frequency(effects, "created"), "seed " + seed + ": " + effects);
            assertEquals(
                    List.of("5"),
                    tickets.query("select comments from ticket_overview where tenant = ?", tenant),
                    "seed " + seed);
        }
    }

    private static Done file(SampleMail mail, String tenant) throws InterruptedException {
        String id = mail.messageId().orElseThrow();
        return assertInstanceOf(
                Done.class, tickets.handler().handle(mail, job(tenant, "support", tenant + "-" + id, false)));
    }

    private static String name(List<Integer> order) {
        StringBuilder name = new StringBuilder();
        order.forEach(name::append);
        return name.toString();
    }
}
