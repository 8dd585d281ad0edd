package io.waybill.inbound.execute;

/** Runs one attempt, on a virtual thread that may block; an interrupt means that the result is not wanted any more. */
@FunctionalInterface
public interface AttemptRunner {
    Completion run(JobAttempt attempt);
}
