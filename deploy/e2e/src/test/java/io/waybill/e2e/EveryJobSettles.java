package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.PointerJob;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Nothing accepted is lost, and nothing ends twice: every job has exactly one outcome per generation.
 *
 * <p>Valid: {@code a0 b0}; {@code a0 b0 b1} where b was re-driven. Invalid: {@code a0} while b was accepted; {@code a0 a0}.
 */
final class EveryJobSettles implements Promise {
    @Override
    public void check(Collection<PointerJob> accepted, Evidence seen) {
        Set<String> ends = new HashSet<>();
        Set<JobId> settled = new HashSet<>();
        for (JobOutcome outcome : seen.outcomes()) {
            assertTrue(
                    ends.add(outcome.jobId() + "." + outcome.generation()),
                    () -> "second outcome of " + outcome.jobId() + " in generation " + outcome.generation());
            settled.add(outcome.jobId());
        }
        List<JobId> lost = accepted.stream()
                .map(PointerJob::jobId)
                .filter(id -> !settled.contains(id))
                .collect(Collectors.toList());
        assertEquals(List.of(), lost, "accepted, and without outcome");
    }
}
