package io.waybill.inbound.topology;

import static io.waybill.inbound.topology.Pipeline.job;
import static io.waybill.inbound.topology.Pipeline.mailbox;
import static io.waybill.inbound.topology.ScriptedRunner.failed;
import static io.waybill.inbound.topology.ScriptedRunner.handled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.Stage;
import io.waybill.contracts.Topics;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.Permits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bad thing hurts only itself: whatever one mailbox or tenant does, its task's other mailboxes get their outcomes. */
class NoisyNeighboursTest {
    /** More than a mailbox may have in memory. */
    private static final int MANY = 80;

    /** Of a mailbox that was left alone until now. */
    private static final int TRY_AT_ONCE = 4;

    private static final Mailbox NOISY = mailbox("acme", "noisy");
    private static final Mailbox SIBLING = mailbox("acme", "support");
    private static final Mailbox STRANGER = mailbox("umbrella", "help");
    private static final RetryPolicy RETRIES =
            new RetryPolicy(4, Duration.ofSeconds(5), 3, Duration.ofMinutes(30), Duration.ofHours(72));

    private final CountDownLatch healed = new CountDownLatch(1);

    @TempDir
    Path state;

    private Pipeline pipeline;

    @AfterEach
    void stop() {
        healed.countDown();
        pipeline.close();
    }

    @Test
    void mailboxHangs_othersOfItsTenantAndOfOthersGoOn() {
        start(Permits.DEFAULTS);
        noise(this::hang);
        announceNoise();
        assertHandled(SIBLING, STRANGER);
        assertEquals(0, outcomesOf(NOISY));

        healed.countDown();
        pipeline.until(() -> outcomesOf(NOISY) == MANY);
    }

    @Test
    void tenantHasAllItsPermitsTaken_othersGoOn() {
        start(new Permits(2, 4, Duration.ofMinutes(2)));
        Mailbox second = mailbox("acme", "noisy-too");
        pipeline.directory.put(second);
        pipeline.runner.answer(attempt -> attempt.job().mailbox().tenant().equals("acme") ? hang() : handled());
        announceNoise();
        for (int uid = 1; uid <= MANY; uid++) {
            pipeline.announce(job(second, uid));
        }
        // All room in memory is taken by now as well.
        pipeline.until(() -> pipeline.dispatcher.running() == 2 && !pipeline.dispatcher.hasRoom());
        assertHandled(STRANGER);
        assertTrue(pipeline.dispatcher.running() <= 2, "the tenant has two permits of four");

        healed.countDown();
        pipeline.until(() -> outcomesOf(NOISY) + outcomesOf(second) == 2 * MANY);
    }

    @Test
    void mailboxIsThrottled_itAloneWaits_andAsOne() {
        start(Permits.DEFAULTS);
        noise(() -> throttled(Optional.of(Duration.ofMinutes(10))));
        announceNoise();
        pipeline.until(() -> pipeline.rows(Stores.JOBS) == 0);
        assertEquals(MANY, pipeline.rows(Stores.WAITING));
        assertHandled(SIBLING, STRANGER);
        assertEquals(MANY, pipeline.rows(Stores.WAITING));
        // Not each of them was told so.
        long told = attemptsAt(NOISY);
        assertTrue(told <= NOISY.limits().permits(), told + " attempts");
        assertEquals(told, pipeline.written.get(Topics.RETRY).size());

        // When the time has come a few try it.
        pipeline.pass(Duration.ofMinutes(10).plusSeconds(6));
        pipeline.until(() -> attemptsAt(NOISY) > told && pipeline.rows(Stores.JOBS) == 0);
        assertTrue(attemptsAt(NOISY) - told <= TRY_AT_ONCE, attemptsAt(NOISY) + " attempts");

        pipeline.runner.answer(_ -> handled());
        pipeline.pass(Duration.ofMinutes(30));
        pipeline.until(() -> outcomesOf(NOISY) == MANY);
    }

    @Test
    void mailboxIsThrottledByAWordWithoutATime_itsJobsGoOn() {
        start(Permits.DEFAULTS);
        noise(() -> throttled(Optional.empty()));
        announceNoise();
        pipeline.until(() -> pipeline.written.get(Topics.RETRY).size() == MANY);

        pipeline.runner.answer(_ -> handled());
        pipeline.pass(Duration.ofSeconds(6));
        pipeline.until(() -> outcomesOf(NOISY) == MANY);
    }

    @Test
    void mailboxIsParked_itsRowsAreInNobodysWay() {
        start(Permits.DEFAULTS);
        noise(() -> failed(FailureCode.CREDENTIALS_REFUSED));
        announceNoise();
        pipeline.until(() -> pipeline.rows(Stores.JOBS) == 0);
        assertEquals(MANY, pipeline.rows(Stores.WAITING));
        assertHandled(SIBLING, STRANGER);
        assertEquals(0, outcomesOf(NOISY));

        pipeline.runner.answer(_ -> handled());
        pipeline.pass(Duration.ofMinutes(2));
        pipeline.until(() -> {
            // Parked rows come back some milliseconds' worth a second.
            pipeline.pass(Duration.ofSeconds(1));
            return outcomesOf(NOISY) == MANY;
        });
    }

    private void start(Permits permits) {
        pipeline = new Pipeline(state, RETRIES, permits);
        List.of(NOISY, SIBLING, STRANGER).forEach(pipeline.directory::put);
    }

    private void noise(Supplier<Completion> answer) {
        pipeline.runner.answer(attempt -> attempt.job().mailbox().equals(NOISY.key()) ? answer.get() : handled());
    }

    private static Completion throttled(Optional<Duration> retryAfter) {
        return new Completion.Failed(
                new Failure(FailureCode.SOURCE_THROTTLED, Stage.FETCH, "as the test told", retryAfter),
                Map.of(),
                Optional.empty());
    }

    private long attemptsAt(Mailbox mailbox) {
        return pipeline.runner.ran.stream()
                .filter(attempt -> attempt.job().mailbox().equals(mailbox.key()))
                .count();
    }

    private Completion hang() {
        try {
            healed.await();
        } catch (InterruptedException unwanted) {
            Thread.currentThread().interrupt();
        }
        return handled();
    }

    private void announceNoise() {
        for (int uid = 1; uid <= MANY; uid++) {
            pipeline.announce(job(NOISY, uid));
        }
    }

    /** Ten mails come to each, and are handled. */
    private void assertHandled(Mailbox... quiet) {
        for (int uid = 1; uid <= 10; uid++) {
            for (Mailbox mailbox : quiet) {
                pipeline.announce(job(mailbox, uid));
            }
        }
        for (Mailbox mailbox : quiet) {
            pipeline.until(() -> outcomesOf(mailbox) == 10);
        }
    }

    private long outcomesOf(Mailbox mailbox) {
        return pipeline.outcomes().stream()
                .filter(outcome -> key(outcome).equals(mailbox.key()))
                .count();
    }

    private static MailboxKey key(JobOutcome outcome) {
        return new MailboxKey(outcome.tenantId(), outcome.mailboxId());
    }
}
