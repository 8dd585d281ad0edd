package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.sandbox.graph.GraphAnswer;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphFaults;
import io.waybill.sandbox.graph.GraphServer;
import io.waybill.sandbox.graph.GraphSubscription;
import io.waybill.sandbox.graph.LifecycleEvent;
import io.waybill.sandbox.graph.NotificationFate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Mailboxes of Microsoft 365 with live subscriptions: what is announced, and what heals where it is not. A tenant for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(4) // the longest first, so that the others run beside it
class GraphNotificationsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MAILS = 300;

    @TempDir
    static Path directory;

    private GraphGround world;
    private GraphServer graph;
    private List<Mailbox> whole;
    private List<Mailbox> gaps;
    private List<Mailbox> removed;
    private List<Mailbox> reauthorized;
    private Mailbox paused;
    private PointerJob beforeSince;
    private PointerJob afterSince;

    @BeforeAll
    void start() throws Exception {
        world = new GraphGround(directory);
        graph = world.graph;
        Instant since = Instant.now().minus(Duration.ofHours(1));
        whole = world.mailboxes("whole", 1, since);
        gaps = world.mailboxes("gaps", 5, since);
        removed = world.mailboxes("removed", 1, since);
        reauthorized = world.mailboxes("reauthorized", 1, since);
        List<Mailbox> pausing = world.mailboxes("paused", 1, since);
        paused = pausing.getFirst();
        beforeSince = world.deliver(paused, "old", "text", since.minusSeconds(1));
        afterSince = world.deliver(paused, "new", "text", since.plusSeconds(1));
        world.startApps();
        // At once: how long it takes is mostly how often somebody looks.
        world.awaitAnnounced(Stream.of(whole, gaps, removed, reauthorized, pausing)
                .flatMap(List::stream)
                .toList());
    }

    @AfterAll
    void stop() throws Exception {
        world.stopApps();
        world.close();
    }

    @AfterEach
    void heal() {
        graph.heal();
    }

    @Test
    @DisplayName(
            "A23 m end to end: a notification in, a ticket with its comment and documents out, and nothing was listed")
    void notification_becomesATicketWithItsCommentAndDocuments() throws Exception {
        Mailbox mailbox = whole.getFirst();
        List<PointerJob> jobs = new ArrayList<>();
        for (byte[] eml : SampleMails.all()) {
            jobs.add(GraphGround.job(mailbox, graph.deliver(GraphGround.user(mailbox), eml)));
            world.ground.awaitSettled(jobs, PATIENCE);
        }

        assertEquals(Ground.ids(jobs), world.announced(jobs));
        assertEquals(Set.of(), world.found(jobs));
        SampleMails.assertFiled(world.ground, "whole");
        new HandledOncePerMessage().check(jobs, world.ground);
    }

    @Test
    @DisplayName(
            "A13 m of notifications that are lost, doubled and overtaken each mail is one ticket, and with the next"
                    + " listing none is missing")
    void notificationsLostDoubledAndReordered_losesAndDoublesNothing() throws Exception {
        long dropped = graph.notifications(NotificationFate.DROPPED);
        long doubled = graph.notifications(NotificationFate.DUPLICATED);
        graph.faults(GraphFaults.builder()
                .dropped(0.3)
                .duplicated(0.2)
                .reordered(0.05)
                .build());
        List<PointerJob> jobs = new ArrayList<>();
        for (int i = 0; i < MAILS; i++) {
            jobs.add(world.deliver(gaps.get(i % gaps.size()), "gaps-" + i, "text"));
        }
        int lost = Math.toIntExact(graph.notifications(NotificationFate.DROPPED) - dropped);
        assertTrue(lost > 0 && graph.notifications(NotificationFate.DUPLICATED) > doubled, "it went wrong");
        await().atMost(PATIENCE).until(() -> world.announced(jobs).size() == MAILS - lost);
        Set<JobId> announced = world.announced(jobs);
        world.ground.awaitSettled(
                jobs.stream().filter(job -> announced.contains(job.jobId())).toList(), PATIENCE);
        assertEquals(Set.of(), world.found(jobs), "nothing is listed yet");
        assertEquals(MAILS - lost, world.ground.tickets("gaps"));

        graph.heal();
        for (Mailbox mailbox : gaps) {
            graph.lifecycle(subscription(mailbox).id(), LifecycleEvent.MISSED);
        }
        world.ground.awaitSettled(jobs, PATIENCE);
        Set<JobId> missing = new HashSet<>(Ground.ids(jobs));
        missing.removeAll(announced);
        assertEquals(missing, world.found(jobs), "listing finds what was missing, and that alone");
        assertEquals(MAILS, world.ground.tickets("gaps"));
        new EveryJobSettles().check(jobs, world.ground);
        new NothingDeadLettered().check(jobs, world.ground);
        new HandledOncePerMessage().check(jobs, world.ground);
        System.out.printf(
                "%d mails, %d notifications dropped, %d doubled: %d tickets; 0 missing, 0 double%n",
                MAILS, lost, graph.notifications(NotificationFate.DUPLICATED) - doubled, world.ground.tickets("gaps"));
    }

    @Test
    @DisplayName("a subscription that Graph removes is made anew, and what came meanwhile is listed")
    void subscriptionRemoved_isMadeAnew() throws Exception {
        Mailbox mailbox = removed.getFirst();
        GraphSubscription old = subscription(mailbox);
        // The first try fails, so that there is a while without one.
        graph.answerNext(GraphCall.CREATE_SUBSCRIPTION, GraphAnswer.failure(503));
        graph.lifecycle(old.id(), LifecycleEvent.SUBSCRIPTION_REMOVED);
        List<PointerJob> unannounced = List.of(world.deliver(mailbox, "meanwhile", "text"));
        world.awaitAnnounced(List.of(mailbox));
        assertNotEquals(old.id(), subscription(mailbox).id());
        world.ground.awaitSettled(unannounced, PATIENCE);
        assertEquals(Set.of(), world.announced(unannounced));

        assertAnnounced(mailbox);
    }

    @Test
    @DisplayName("a subscription that Graph wants reauthorized is renewed, and what came while it was paused is listed")
    void reauthorizationRequired_isRenewed() throws Exception {
        Mailbox mailbox = reauthorized.getFirst();
        GraphSubscription asked = subscription(mailbox);
        // The first try fails, so that there is a while in which nothing is announced.
        graph.answerNext(GraphCall.RENEW_SUBSCRIPTION, GraphAnswer.failure(503));
        graph.lifecycle(asked.id(), LifecycleEvent.REAUTHORIZATION_REQUIRED);
        graph.advance(Duration.ofMinutes(20));
        List<PointerJob> unannounced = List.of(world.deliver(mailbox, "meanwhile", "text"));
        await().atMost(PATIENCE).until(() -> subscription(mailbox).reauthorizeSince() == null);
        assertEquals(asked.id(), subscription(mailbox).id());
        world.ground.awaitSettled(unannounced, PATIENCE);
        assertEquals(Set.of(), world.announced(unannounced));

        assertAnnounced(mailbox);
    }

    @Test
    @DisplayName("A24 m a mailbox begins at its since, is paused and resumed, without loss or doubling")
    void mailbox_beginsIsPausedAndResumed() throws Exception {
        List<PointerJob> jobs = new ArrayList<>(List.of(afterSince));
        world.ground.awaitSettled(jobs, PATIENCE);

        world.ground.command("mailboxes", "pause", "paused/box0");
        // The ingress may hear of it somewhat later.
        await().atMost(PATIENCE).until(() -> {
            PointerJob next = deliverAndNotify(paused, jobs.size());
            jobs.add(next);
            return world.announced(List.of(next)).isEmpty();
        });
        int handled = jobs.size() - 1;
        for (int i = 0; i < 10; i++) {
            jobs.add(deliverAndNotify(paused, jobs.size()));
        }
        List<PointerJob> held = jobs.subList(handled, jobs.size());
        assertEquals(Set.of(), world.announced(held));
        assertEquals(Set.of(), world.found(held));

        world.ground.command("mailboxes", "resume", "paused/box0");
        world.ground.awaitSettled(jobs, PATIENCE);
        assertAnnounced(paused);
        assertEquals(jobs.size() + 1, world.ground.tickets("paused"));
        assertEquals(0, world.ground.effects(beforeSince));
        new EveryJobSettles().check(jobs, world.ground);
        new HandledOncePerMessage().check(jobs, world.ground);
    }

    private GraphSubscription subscription(Mailbox mailbox) {
        return world.subscription(mailbox).orElseThrow();
    }

    /** A mail now becomes a ticket because it is announced. */
    private void assertAnnounced(Mailbox mailbox) {
        List<PointerJob> next = List.of(world.deliver(mailbox, "announced", "text"));
        world.ground.awaitSettled(next, PATIENCE);
        assertEquals(Ground.ids(next), world.announced(next));
    }

    /** A mail arrives, and the ingress has answered to its notification. */
    private PointerJob deliverAndNotify(Mailbox mailbox, int number) {
        long delivered = graph.notifications(NotificationFate.DELIVERED);
        PointerJob job = world.deliver(mailbox, "paused-" + number, "text");
        await().atMost(PATIENCE).until(() -> graph.notifications(NotificationFate.DELIVERED) > delivered);
        return job;
    }
}
