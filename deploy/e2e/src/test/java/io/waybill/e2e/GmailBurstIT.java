package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailFaults;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailSettings;
import io.waybill.sandbox.gmail.PushFate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mailbox that gets many mails, and a push for every few of them. The short form runs in the build; the full one with {@code
 * -Dwaybill.pushes=1000 -Dwaybill.mails=10000}.
 *
 * <p>Here Gmail allows, and we spend, far more than Google gives: with 6,000 units a minute, and 20 for a message, 10,000 of them would
 * take 33 minutes, and nothing that is counted here would be another number.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(6) // the longest first, so that the others run beside it
class GmailBurstIT {
    private static final int PUSHES = Integer.getInteger("waybill.pushes", 100);
    private static final int MAILS = Integer.getInteger("waybill.mails", 1_000);
    private static final int PAGE = 500;
    private static final double MOST = 1.1;
    private static final int UNITS = 100_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2).plusMillis(50L * MAILS);

    /** The load's own pace, which nothing waits for. */
    private static final Duration BETWEEN = Duration.ofMillis(100);

    @TempDir
    static Path directory;

    private GmailGround world;
    private GmailServer gmail;
    private Mailbox busy;
    private Mailbox steady;

    @BeforeAll
    void start() throws Exception {
        GmailSettings generous = GmailSettings.defaults()
                .with(GmailSettings.Quota.defaults().allowing(UNITS, UNITS, Duration.ofMinutes(1)));
        Map<String, String> spending = Map.of(
                "WAYBILL_GMAIL_QUOTA_UNITS_PER_MINUTE_PER_USER", Integer.toString(UNITS),
                "WAYBILL_GMAIL_QUOTA_UNITS_PER_MINUTE_PER_PROJECT", Integer.toString(UNITS));
        world = new GmailGround(directory, generous, spending);
        gmail = world.gmail;
        Instant since = Instant.now().minus(Duration.ofHours(1));
        MailboxLimits limits = new MailboxLimits(4, null);
        busy = world.mailboxes("busy", 1, since, limits).getFirst();
        steady = world.mailboxes("steady", 1, since, limits).getFirst();
        world.startApps();
        world.awaitAnnounced(List.of(busy, steady));
    }

    @AfterAll
    void stop() throws Exception {
        world.stopApps();
        world.close();
    }

    @Test
    @DisplayName("however many pushes announce them, the mails of a busy mailbox cost hardly more calls than they need,"
            + " and none is lost or doubled")
    void manyPushesForManyMails_costHardlyMoreCallsThanNeeded() throws Exception {
        check(busy, PUSHES, MAILS, _ -> LockSupport.parkNanos(BETWEEN.toNanos()));
    }

    @Test
    @DisplayName("where each push finds the mails of the one before handled, so that none is spared, it costs one page")
    void manyPushesOneByOne_costAPageEach() throws Exception {
        // More than a page in all, which a listing must not read again with each push.
        int pushes = 60;
        check(
                steady,
                pushes,
                pushes * 12,
                arrived -> await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> world.ground.tickets("steady") == arrived));
    }

    /** @param afterEach push, given how many mails came so far */
    private void check(Mailbox mailbox, int pushes, int mails, IntConsumer afterEach) throws Exception {
        long delivered = gmail.pushes(PushFate.DELIVERED);
        Map<GmailCall, Long> before = world.calls();
        Instant began = Instant.now();
        List<PointerJob> jobs = new ArrayList<>();
        for (int push = 0; push < pushes; push++) {
            // What comes between two pushes is announced by the second.
            gmail.faults(GmailFaults.builder().dropped(1).build());
            while (jobs.size() < (push + 1L) * mails / pushes - 1) {
                jobs.add(world.deliver(mailbox, mailbox.tenantId() + jobs.size(), "text"));
            }
            gmail.heal();
            jobs.add(world.deliver(mailbox, mailbox.tenantId() + jobs.size(), "text"));
            afterEach.accept(jobs.size());
        }
        world.ground.awaitSettled(jobs, PATIENCE);
        await("pushes").atMost(PATIENCE).until(() -> gmail.pushes(PushFate.DELIVERED) - delivered == pushes);
        Duration took = Duration.between(began, Instant.now());
        Map<GmailCall, Long> since = world.callsSince(before);

        new EveryJobSettles().check(jobs, world.ground);
        new NothingDeadLettered().check(jobs, world.ground);
        new HandledOncePerMessage().check(jobs, world.ground);
        assertEquals(mails, jobs.size());
        assertEquals(mails, world.ground.tickets(mailbox.tenantId()), "tickets");
        assertEquals(0, gmail.refused(429) + gmail.refused(403), "calls that were too many");
        long calls = since.values().stream().mapToLong(Long::longValue).sum();
        int least = mails + (mails + PAGE - 1) / PAGE;
        System.out.printf(
                "%d pushes for %d mails of one mailbox: %d tickets in %d s; 0 lost, 0 doubled; %d calls (%s), at least"
                        + " %d needed, ratio %.3f%n",
                pushes,
                mails,
                world.ground.tickets(mailbox.tenantId()),
                took.toSeconds(),
                calls,
                since,
                least,
                calls / (double) least);
        assertTrue(calls <= MOST * least, calls + " calls where " + least + " are needed: " + since);
    }
}
