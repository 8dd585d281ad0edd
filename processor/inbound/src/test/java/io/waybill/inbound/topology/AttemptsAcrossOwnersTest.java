package io.waybill.inbound.topology;

import static io.waybill.inbound.topology.Pipeline.job;
import static io.waybill.inbound.topology.ScriptedRunner.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptsAcrossOwnersTest {
    private static final Mailbox MAILBOX = Pipeline.mailbox("acme", "support");

    @TempDir
    Path directory;

    /** The first owner goes while the job waits for its third attempt, the second while that is under way. */
    @Test
    @DisplayName("A17 attempts survive a rebalance and a crash, and the last one makes the dead letter")
    void attempts_areCountedOnByTheNextOwner() {
        PointerJob job = job(MAILBOX, 7);
        try (Pipeline first = owner("first");
                Pipeline second = owner("second");
                Pipeline third = owner("third")) {
            first.announce(job);
            first.until(() -> first.written.get(Topics.RETRY).size() == 1);
            first.pass(Duration.ofHours(1));
            first.until(() -> first.written.get(Topics.RETRY).size() == 2);
            second.inherit(first);

            second.runner.hold(job.jobId());
            second.pass(Duration.ofHours(3));
            second.until(() -> second.runner.attemptsAt(job.jobId()) == 1);
            third.inherit(second);

            third.until(() -> third.written.get(Topics.RETRY).size() == 1);
            third.pass(Duration.ofHours(3));
            JobOutcome outcome = third.untilOutcomes(1).getFirst();

            assertEquals(Result.DEAD_LETTERED, outcome.result());
            assertEquals(4, outcome.attemptsTotal());
            assertEquals(
                    List.of(1, 2, 3, 4),
                    outcome.attempts().stream().map(Attempt::n).toList());
            Headers facts = third.written.get(Topics.DEAD_LETTERS).getFirst().headers();
            assertEquals(4, JobHeaders.number(facts, JobHeaders.ATTEMPT).getAsInt());
            assertEquals(4, JobHeaders.number(facts, JobHeaders.ATTEMPTS_TOTAL).getAsInt());
            assertEquals(
                    "SOURCE_UNREACHABLE",
                    JobHeaders.text(facts, JobHeaders.ERROR_CODE).get());
        }
    }

    private Pipeline owner(String name) {
        Pipeline owner = new Pipeline(directory.resolve(name));
        owner.directory.put(MAILBOX);
        owner.runner.answer(_ -> failed(FailureCode.SOURCE_UNREACHABLE));
        return owner;
    }
}
