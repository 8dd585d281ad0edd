package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.PointerJob;
import java.util.Collection;
import java.util.List;

/** What happens to us is not the mail's fault: every healthy one is handled in the end, and nobody is asked to re-drive it. */
final class NothingDeadLettered implements Promise {
    @Override
    public void check(Collection<PointerJob> accepted, Evidence seen) {
        List<JobOutcome> unhandled = seen.outcomes().stream()
                .filter(outcome -> outcome.result() != Result.HANDLED)
                .toList();
        assertEquals(List.of(), unhandled, "settled, and not handled");
        assertEquals(0, seen.deadLetters(), "open dead letters");
    }
}
