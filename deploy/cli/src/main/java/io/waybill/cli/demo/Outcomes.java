package io.waybill.cli.demo;

import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The outcomes seen so far. Safe for use by many threads. */
final class Outcomes {
    private final Map<JobId, List<JobOutcome>> byJob = new LinkedHashMap<>();
    private int count;

    synchronized void add(JobOutcome outcome) {
        byJob.computeIfAbsent(outcome.jobId(), _ -> new ArrayList<>()).add(outcome);
        count++;
        notifyAll();
    }

    /** All outcomes of a job, in the order of their coming. */
    synchronized List<JobOutcome> of(JobId job) {
        return List.copyOf(byJob.getOrDefault(job, List.of()));
    }

    /** The first outcome of a generation. */
    synchronized Optional<JobOutcome> of(JobId job, int generation) {
        return of(job).stream()
                .filter(outcome -> outcome.generation() == generation)
                .findFirst();
    }

    synchronized int count() {
        return count;
    }

    /** Waits until the condition, asked at each outcome, holds; false where the time passed before. */
    synchronized boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
