package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailSettings;
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
 * Nothing of ours runs for seven days, while mail keeps coming: the watches end, and of half of the mailboxes Gmail has forgotten the
 * history. The short form runs in the build; the full one with {@code -Dwaybill.mailboxes=100 -Dwaybill.mails=1000}, mails per mailbox.
 *
 * <p>The seven days are real as in {@link GraphOutageIT}. Only the ingress reads the machine's own clock all the time: pushes are signed
 * by that. What Gmail allows, and what we spend of it, is what Google gives a new project.
 */
@Order(5) // the longest first, so that the others run beside it
class GmailOutageIT {
    private static final int MAILBOXES = Integer.getInteger("waybill.mailboxes", 20);
    private static final int MAILS = Integer.getInteger("waybill.mails", 50);
    private static final Duration AWAY = Duration.ofDays(7);
    /** Long before the outage, so that no mailbox begins where its listing would have to. */
    private static final Duration SINCE = AWAY.plusDays(30);

    private static final Duration PATIENCE =
            Duration.ofMinutes(5).plusMillis(20L * MAILBOXES * MAILS).plusMillis(250L * MAILS);

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "after seven days without us every mail that came meanwhile is handled once, within Gmail's quota; A24 g"
                    + " and none that came before a mailbox's since")
    void awayForSevenDays_losesAndDoublesNothing() throws Exception {
        String word = NoContentInKafka.randomWord();
        GmailSettings google = GmailSettings.defaults();
        // A week is the least that Google promises. Here only what a test expires is forgotten.
        GmailSettings remembering =
                new GmailSettings(google.push(), google.quota(), google.certs(), AWAY.multipliedBy(4), google.seed());
        try (GmailGround world = new GmailGround(directory, remembering, Map.of())) {
            GmailServer gmail = world.gmail;
            world.advance(AWAY.negated());
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
            assertEquals(Ground.ids(jobs), world.found(jobs));
            world.stopApps();

            for (int i = 0; i < MAILS; i++) {
                world.advance(AWAY.dividedBy(MAILS));
                for (Mailbox mailbox : mailboxes) {
                    jobs.add(world.deliver(mailbox, word + "-" + i, word));
                }
            }
            assertEquals(List.of(), gmail.watches(), "Gmail keeps none for so long");
            for (int i = 0; i < MAILBOXES; i += 2) {
                gmail.expireHistory(mailboxes.get(i).address());
            }
            Map<GmailCall, Long> before = world.calls();
            long unitsBefore = world.units(mailboxes);
            Instant back = Instant.now();
            world.startApps();
            await("tickets of " + jobs.size() + " mails")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> world.ground.tickets() >= jobs.size());
            Duration catchingUp = Duration.between(back, Instant.now());
            long units = world.units(mailboxes) - unitsBefore;
            world.ground.awaitSettled(jobs, PATIENCE);
            await("new watches").atMost(PATIENCE).until(() -> gmail.watches().size() == MAILBOXES);
            world.stopApps();

            new EveryJobSettles().check(jobs, world.ground);
            new NothingDeadLettered().check(jobs, world.ground);
            new HandledOncePerMessage().check(jobs, world.ground);
            new NoContentInKafka(word).check(jobs, world.ground);
            assertEquals(jobs.size(), world.ground.tickets(), "tickets");
            assertEquals(0, gmail.refused(429) + gmail.refused(403), "calls that were too many");
            int atOnce = mailboxes.stream()
                    .mapToInt(mailbox -> gmail.maxConcurrent(mailbox.address()))
                    .max()
                    .orElseThrow();
            assertTrue(atOnce <= 4, "calls to a mailbox at once: " + atOnce);
            // A listing whose transaction was aborted comes once more.
            assertTrue(gmail.refused(404) >= MAILBOXES / 2 + MAILBOXES % 2, "histories that Gmail had forgotten");
            System.out.printf(
                    "away for 7 days: %d mailboxes, %d mails each, %d tickets; 0 lost, 0 doubled; %d s to catch up, %d"
                            + " units, %.1f a second of each mailbox, of the 100 that Gmail allows; calls since: %s,"
                            + " none answered 429 or 403, at most %d at once to a mailbox%n",
                    MAILBOXES,
                    MAILS,
                    world.ground.tickets(),
                    catchingUp.toSeconds(),
                    units,
                    units / (double) MAILBOXES / Math.max(1, catchingUp.toSeconds()),
                    world.callsSince(before),
                    atOnce);
        }
    }
}
