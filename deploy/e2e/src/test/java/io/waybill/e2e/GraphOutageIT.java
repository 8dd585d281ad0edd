package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing of ours runs for seven days, while mail keeps coming: the subscriptions end, and for half of the mailboxes Graph has forgotten
 * the delta tokens. The short form runs in the build; the full one with {@code -Dwaybill.mailboxes=100 -Dwaybill.mails=1000}, mails per
 * mailbox.
 *
 * <p>The seven days are real for all that reads a time of day: the programs before the outage run with {@link ClockShift}, Graph's
 * clock is as much behind and is turned forward while the mails come, and the programs afterwards read the machine's own clock. So the end
 * of the subscriptions, the time from which a delta lists, when the last mail was seen and when each new one came have to each other what
 * they would have. What Kafka dates is all of today; it keeps everything for longer than seven days anyway.
 */
@Order(3) // the longest first, so that the others run beside it
class GraphOutageIT {
    private static final int MAILBOXES = Integer.getInteger("waybill.mailboxes", 10);
    private static final int MAILS = Integer.getInteger("waybill.mails", 100);
    private static final Duration AWAY = Duration.ofDays(7);
    /** Long before the outage, so that no mailbox begins where its listing would have to. */
    private static final Duration SINCE = AWAY.plusDays(30);

    private static final Duration PATIENCE = Duration.ofMinutes(5).plusMillis(20L * MAILBOXES * MAILS);

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "after seven days without us every mail that came meanwhile is handled once, within Graph's limits; A24 m"
                    + " and none that came before a mailbox's since")
    void awayForSevenDays_losesAndDoublesNothing() throws Exception {
        String word = NoContentInKafka.randomWord();
        try (GraphGround world = new GraphGround(directory)) {
            GraphServer graph = world.graph;
            graph.advance(AWAY.negated());
            Instant since = Instant.now().minus(SINCE);
            List<Mailbox> mailboxes = world.mailboxes("acme", MAILBOXES, since);
            for (Mailbox mailbox : mailboxes) {
                world.deliver(mailbox, word, word, since.minusSeconds(60));
            }
            world.startApps(ClockShift.option(directory, AWAY));
            world.awaitAnnounced(mailboxes);
            List<PointerJob> jobs = new ArrayList<>();
            for (Mailbox mailbox : mailboxes) {
                jobs.add(world.deliver(mailbox, word + "-first", word));
            }
            world.ground.awaitSettled(jobs, PATIENCE);
            assertEquals(Ground.ids(jobs), world.announced(jobs));
            world.stopApps();

            for (int i = 0; i < MAILS; i++) {
                graph.advance(AWAY.dividedBy(MAILS));
                for (Mailbox mailbox : mailboxes) {
                    jobs.add(world.deliver(mailbox, word + "-" + i, word));
                }
            }
            assertEquals(List.of(), graph.subscriptions(), "Graph keeps none for so long");
            for (int i = 0; i < MAILBOXES; i += 2) {
                graph.expireDeltaTokens(GraphGround.user(mailboxes.get(i)));
            }
            Map<GraphCall, Long> before = world.calls();
            Instant back = Instant.now();
            world.startApps();
            await("tickets of " + jobs.size() + " mails")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> world.ground.tickets() >= jobs.size());
            Duration catchingUp = Duration.between(back, Instant.now());
            world.ground.awaitSettled(jobs, PATIENCE);
            await("new subscriptions")
                    .atMost(PATIENCE)
                    .until(() -> graph.subscriptions().size() == MAILBOXES);
            world.stopApps();

            new EveryJobSettles().check(jobs, world.ground);
            new NothingDeadLettered().check(jobs, world.ground);
            new HandledOncePerMessage().check(jobs, world.ground);
            new NoContentInKafka(word).check(jobs, world.ground);
            assertEquals(jobs.size(), world.ground.tickets(), "tickets");
            assertEquals(0, graph.refused(429), "calls that were too many");
            int atOnce = mailboxes.stream()
                    .mapToInt(mailbox -> graph.maxConcurrent(GraphGround.user(mailbox)))
                    .max()
                    .orElseThrow();
            assertTrue(atOnce <= 4, "calls to a mailbox at once: " + atOnce);
            // A listing whose transaction was aborted comes once more.
            assertTrue(graph.refused(410) >= MAILBOXES / 2 + MAILBOXES % 2, "tokens that Graph had forgotten");
            System.out.printf(
                    "away for 7 days: %d mailboxes, %d mails each, %d tickets; 0 lost, 0 doubled; %d s to catch up;"
                            + " calls since: %s, none answered 429, at most %d at once to a mailbox%n",
                    MAILBOXES, MAILS, world.ground.tickets(), catchingUp.toSeconds(), world.callsSince(before), atOnce);
        }
    }
}
