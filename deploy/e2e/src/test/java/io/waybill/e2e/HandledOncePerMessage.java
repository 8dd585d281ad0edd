package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.PointerJob;
import java.util.Collection;

/** One message in one mailbox is at most one ticket or comment, and a handled one exactly one. */
final class HandledOncePerMessage implements Promise {
    @Override
    public void check(Collection<PointerJob> accepted, Evidence seen) throws Exception {
        for (PointerJob job : accepted) {
            assertEquals(1, seen.effects(job), () -> "effects of job " + job.jobId());
        }
    }
}
