package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailFaults;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailWatch;
import io.waybill.sandbox.gmail.PushFate;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
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

/** Mailboxes of Google Workspace with live watches: what is pushed, and what heals where it is not. A tenant for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(7) // the longest first, so that the others run beside it
class GmailNotificationsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MAILS = 200;

    @TempDir
    static Path directory;

    private GmailGround world;
    private GmailServer gmail;
    private List<Mailbox> whole;
    private List<Mailbox> gaps;
    private List<Mailbox> unwatched;
    private Mailbox paused;
    private PointerJob beforeSince;
    private PointerJob afterSince;

    @BeforeAll
    void start() throws Exception {
        world = new GmailGround(directory);
        gmail = world.gmail;
        Instant since = Instant.now().minus(Duration.ofHours(1));
        whole = world.mailboxes("whole", 1, since);
        gaps = world.mailboxes("gaps", 5, since);
        unwatched = world.mailboxes("unwatched", 1, since);
        List<Mailbox> pausing = world.mailboxes("paused", 1, since);
        paused = pausing.getFirst();
        beforeSince = world.deliver(paused, "old", "text", since.minusSeconds(5));
        afterSince = world.deliver(paused, "new", "text", since.plusSeconds(5));
        world.startApps();
        // At once: how long it takes is mostly how often somebody looks.
        world.awaitAnnounced(
                Stream.of(whole, gaps, unwatched, pausing).flatMap(List::stream).toList());
    }

    @AfterAll
    void stop() throws Exception {
        world.stopApps();
        world.close();
    }

    @AfterEach
    void heal() {
        gmail.heal();
    }

    @Test
    @DisplayName("A23 g end to end: a push in, a ticket with its comment and documents out")
    void push_becomesATicketWithItsCommentAndDocuments() throws Exception {
        Mailbox mailbox = whole.getFirst();
        List<PointerJob> jobs = new ArrayList<>();
        long pushed = world.pushed(mailbox);
        for (byte[] eml : SampleMails.all()) {
            jobs.add(GmailGround.job(mailbox, gmail.deliver(mailbox.address(), eml)));
            world.ground.awaitSettled(jobs, PATIENCE);
        }

        await("pushes").atMost(PATIENCE).until(() -> world.pushed(mailbox) == pushed + jobs.size());
        assertTrue(gmail.calls(GmailCall.GET_CERTS) > 0, "who pushes is checked with Google's keys");
        SampleMails.assertFiled(world.ground, "whole");
        new HandledOncePerMessage().check(jobs, world.ground);
    }

    @Test
    @DisplayName("A06 g a push that Google signed for somebody else, or that nobody signed, has nothing listed")
    void foreignPush_isRefused() throws Exception {
        Mailbox mailbox = whole.getFirst();
        long pushed = world.pushed(mailbox);
        assertEquals(401, push(mailbox, "Bearer " + world.foreignToken()));
        assertEquals(401, push(mailbox, "Bearer " + world.foreignToken().replaceAll("[^.]+$", "AAAA")));
        assertEquals(401, push(mailbox, "Basic QTpC"));
        assertEquals(pushed, world.pushed(mailbox));
    }

    @Test
    @DisplayName(
            "A13 g of pushes that are lost, doubled and overtaken each mail is one ticket, and with the next listing"
                    + " none is missing")
    void pushesLostDoubledAndReordered_losesAndDoublesNothing() throws Exception {
        long dropped = gmail.pushes(PushFate.DROPPED);
        long doubled = gmail.pushes(PushFate.DUPLICATED);
        long delivered = gmail.pushes(PushFate.DELIVERED);
        gmail.faults(GmailFaults.builder()
                .dropped(0.3)
                .duplicated(0.2)
                .reordered(0.05)
                .build());
        List<PointerJob> jobs = new ArrayList<>();
        for (int i = 0; i < MAILS; i++) {
            jobs.add(world.deliver(gaps.get(i % gaps.size()), "gaps-" + i, "text"));
        }
        long twice = gmail.pushes(PushFate.DUPLICATED) - doubled;
        long lost = gmail.pushes(PushFate.DROPPED) - dropped;
        assertTrue(lost > 0 && twice > 0, "it went wrong");
        gmail.heal();
        await().atMost(PATIENCE).until(() -> gmail.pushes(PushFate.DELIVERED) - delivered >= MAILS - lost + twice);
        awaitRest(jobs);
        // Where a push is lost, the next one has its mail found; behind the last one there is none.
        gmail.faults(GmailFaults.builder().dropped(1).build());
        for (Mailbox mailbox : gaps) {
            jobs.add(world.deliver(mailbox, "gaps-last", "text"));
        }
        gmail.heal();
        await("each once").atMost(PATIENCE).until(() -> world.found(jobs).size() == world.ground.tickets("gaps"));
        Set<JobId> announced = world.found(jobs);
        assertTrue(announced.size() <= MAILS, "nothing is listed yet");

        world.tick(gaps);
        world.ground.awaitSettled(jobs, PATIENCE);
        assertEquals(Ground.ids(jobs), world.found(jobs));
        assertEquals(jobs.size(), world.ground.tickets("gaps"));
        new EveryJobSettles().check(jobs, world.ground);
        new NothingDeadLettered().check(jobs, world.ground);
        new HandledOncePerMessage().check(jobs, world.ground);
        System.out.printf(
                "%d mails, %d of their pushes dropped, %d doubled, %d found by the next listing alone: %d tickets;"
                        + " 0 missing, 0 double%n",
                jobs.size(), lost + gaps.size(), twice, jobs.size() - announced.size(), world.ground.tickets("gaps"));
    }

    @Test
    @DisplayName("a watch that ends without a word costs nothing but time: the next listing finds what came since")
    void watchLost_isListed() throws Exception {
        Mailbox mailbox = unwatched.getFirst();
        assertTrue(gmail.removeWatches(mailbox.address()));
        long pushed = world.pushed(mailbox);
        List<PointerJob> jobs = List.of(world.deliver(mailbox, "unwatched", "text"));
        world.tick(unwatched);
        world.ground.awaitSettled(jobs, PATIENCE);
        assertEquals(pushed, world.pushed(mailbox));
        assertTrue(gmail.watches().stream().map(GmailWatch::address).noneMatch(mailbox.address()::equals));
        new HandledOncePerMessage().check(jobs, world.ground);
    }

    @Test
    @DisplayName("A24 g a mailbox begins at its since, is paused and resumed, without loss or doubling")
    void mailbox_beginsIsPausedAndResumed() throws Exception {
        List<PointerJob> jobs = new ArrayList<>(List.of(afterSince));
        world.ground.awaitSettled(jobs, PATIENCE);

        world.ground.command("mailboxes", "pause", "paused/box0");
        // The ingress may hear of it somewhat later.
        await().atMost(PATIENCE).until(() -> {
            long pushed = world.pushed(paused);
            jobs.add(deliverAndPush(paused, jobs.size()));
            return world.pushed(paused) == pushed;
        });
        List<PointerJob> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(deliverAndPush(paused, jobs.size() + i));
        }
        assertEquals(Set.of(), world.found(held));

        world.ground.command("mailboxes", "resume", "paused/box0");
        jobs.addAll(held);
        world.ground.awaitSettled(jobs, PATIENCE);
        assertTrue(
                world.ground.pointers().stream()
                        .filter(job -> job.mailbox().equals(paused.key()))
                        .anyMatch(job -> job.pointer() instanceof ChangesPointer changes
                                && changes.reason() == ChangesPointer.Reason.RESUMED),
                "what was not announced is listed");
        long pushed = world.pushed(paused);
        jobs.add(world.deliver(paused, "announced", "text"));
        world.ground.awaitSettled(jobs, PATIENCE);
        assertTrue(world.pushed(paused) > pushed, "it is announced again");
        assertEquals(jobs.size(), world.ground.tickets("paused"));
        assertEquals(0, world.ground.effects(beforeSince));
        new EveryJobSettles().check(jobs, world.ground);
        new HandledOncePerMessage().check(jobs, world.ground);
    }

    /** Until nothing is listed any more, and what was found is handled. */
    private void awaitRest(List<PointerJob> jobs) {
        long[] calls = {-1};
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .during(Duration.ofSeconds(5))
                .until(() -> {
                    long before = calls[0];
                    calls[0] = gmail.calls(GmailCall.LIST_HISTORY);
                    return before == calls[0]
                            && world.found(jobs).size()
                                    == world.ground.tickets(gaps.getFirst().tenantId());
                });
    }

    /** A mail arrives, and the ingress has answered to its push. */
    private PointerJob deliverAndPush(Mailbox mailbox, int number) {
        long delivered = gmail.pushes(PushFate.DELIVERED);
        PointerJob job = world.deliver(mailbox, "paused-" + number, "text");
        await().atMost(PATIENCE).until(() -> gmail.pushes(PushFate.DELIVERED) > delivered);
        return job;
    }

    /** As Pub/Sub would push, but for the token; the status that it is answered. */
    private int push(Mailbox mailbox, String authorization) throws Exception {
        String data = "{\"emailAddress\":\"" + mailbox.address() + "\",\"historyId\":18446744073709551615}";
        String body = "{\"message\":{\"data\":\""
                + Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8))
                + "\",\"messageId\":\"1\"},\"subscription\":\"projects/acme-mail/subscriptions/waybill\"}";
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(world.pushEndpoint())
                                    .header("Content-Type", "application/json")
                                    .header("Authorization", authorization)
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
