package io.waybill.cli.demo;

import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.MessagePointer;
import java.time.Instant;
import java.util.List;

/**
 * A sample that was sent.
 *
 * @param sample what was sent
 * @param pointer where it lies
 * @param job the job that it must become
 * @param sentAt when it was sent; for one deleted before, when it was announced
 */
record Trial(Sample sample, MessagePointer pointer, JobId job, Instant sentAt) {
    /** Whether it has as many outcomes as are expected, right or wrong. */
    boolean isSettled(Outcomes outcomes) {
        return outcomes.of(job).size() >= sample.expected().size();
    }

    /** Whether its outcomes are exactly the expected ones. */
    boolean isAsExpected(Outcomes outcomes) {
        List<JobOutcome> all = outcomes.of(job);
        if (all.size() != sample.expected().size()) {
            return false;
        }
        for (int generation = 0; generation < all.size(); generation++) {
            int wanted = generation;
            if (outcomes.of(job, generation)
                    .filter(outcome -> sample.expected().get(wanted).matches(outcome))
                    .isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
