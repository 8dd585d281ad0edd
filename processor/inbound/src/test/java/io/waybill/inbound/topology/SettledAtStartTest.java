package io.waybill.inbound.topology;

import static io.waybill.inbound.topology.Pipeline.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why {@code settled} is written at the end: a marker set at the start makes the crashed attempt's record look like a duplicate. */
class SettledAtStartTest {
    private static final Mailbox MAILBOX = Pipeline.mailbox("acme", "support");

    @TempDir
    Path directory;

    @Test
    void settledAtTheEnd_crashedAttemptRunsAgain() {
        assertEquals(1, outcomesAfterCrash(false));
    }

    @Test
    void settledAtTheStart_losesTheJob() {
        assertEquals(0, outcomesAfterCrash(true));
    }

    /** The process dies while the job runs, before its offset is committed; a new one has the stores and reads the record again. */
    private int outcomesAfterCrash(boolean settleAtStart) {
        PointerJob job = job(MAILBOX, 1);
        try (Pipeline first = new Pipeline(directory.resolve("first"));
                Pipeline second = new Pipeline(directory.resolve("second"))) {
            first.directory.put(MAILBOX);
            second.directory.put(MAILBOX);
            first.runner.hold(job.jobId());
            first.announce(job);
            if (settleAtStart) {
                first.store(Stores.JOBS).delete(RowKey.of(job).bytes());
                first.store(Stores.SETTLED)
                        .put(
                                RowKey.of(job).bytes(),
                                new Settlement(Pipeline.START, Result.HANDLED, 0, 0, Map.of()).encode());
            }
            second.inherit(first);

            second.announce(job);
            PointerJob after = job(MAILBOX, 2);
            second.announce(after);
            second.until(() -> second.runner.attemptsAt(after.jobId()) == 1);
            second.pass(Duration.ofSeconds(5));
            second.untilOutcomesStay(settleAtStart ? 1 : 2);
            assertTrue(second.outcomes().stream()
                    .anyMatch(outcome -> outcome.jobId().equals(after.jobId())));
            return (int) second.outcomes().stream()
                    .filter(outcome -> outcome.jobId().equals(job.jobId()))
                    .count();
        }
    }
}
