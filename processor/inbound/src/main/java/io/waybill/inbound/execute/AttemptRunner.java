package io.waybill.inbound.execute;

/** Runs one attempt, on a virtual thread that may block; an interrupt means that the result is not wanted any more. */
@FunctionalInterface
public interface AttemptRunner {
    /** @param progress told how far it is, for the case that it does not end in time */
    Completion run(JobAttempt attempt, Progress progress);
}
