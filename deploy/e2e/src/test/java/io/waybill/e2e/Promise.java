package io.waybill.e2e;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.PointerJob;
import java.util.Collection;
import java.util.List;

/** Something Waybill promises, as an object that can fail. */
interface Promise {
    /**
     * Throws AssertionError where the promise was broken.
     *
     * @param accepted every job that was accepted
     * @param seen what is there to be seen, after everything came to rest
     */
    void check(Collection<PointerJob> accepted, Evidence seen) throws Exception;

    /** What is there to be seen from outside. */
    interface Evidence {
        /** Outcomes that a read_committed consumer sees. */
        List<JobOutcome> outcomes();

        /** Dead letters that are open. */
        int deadLetters();

        /** How often the database holds the message of this job. */
        int effects(PointerJob job) throws Exception;

        /** Every record of every topic and changelog, aborted ones too: names, keys, headers and values in one text. */
        Iterable<String> everyRecord();
    }
}
