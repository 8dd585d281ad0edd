package io.waybill.inbound.topology;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Stage;
import io.waybill.inbound.execute.AttemptRunner;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.JobAttempt;
import io.waybill.inbound.execute.Progress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** A runner that answers as a test tells it, and remembers what it was asked. */
final class ScriptedRunner implements AttemptRunner {
    final List<JobAttempt> ran = new CopyOnWriteArrayList<>();
    private final Map<JobId, CountDownLatch> held = new ConcurrentHashMap<>();
    private volatile Function<JobAttempt, Completion> script = _ -> handled();

    static Completion handled() {
        return new Completion.Handled(Map.of("tickets", new HandlerState("created", "T-1", true)));
    }

    static Completion failed(FailureCode code) {
        return new Completion.Failed(
                Failure.of(code, Stage.FETCH, "as the test told"),
                Map.of(),
                code == FailureCode.SINK_UNAVAILABLE ? Optional.of("tickets") : Optional.empty());
    }

    void answer(Function<JobAttempt, Completion> next) {
        script = next;
    }

    /** The attempt at this job does not end before it is released. */
    void hold(JobId job) {
        held.put(job, new CountDownLatch(1));
    }

    void release(JobId job) {
        held.remove(job).countDown();
    }

    void releaseAll() {
        held.values().forEach(CountDownLatch::countDown);
    }

    long attemptsAt(JobId job) {
        return ran.stream().filter(attempt -> attempt.job().jobId().equals(job)).count();
    }

    @Override
    public Completion run(JobAttempt attempt, Progress progress) {
        ran.add(attempt);
        CountDownLatch latch = held.get(attempt.job().jobId());
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException unwanted) {
                Thread.currentThread().interrupt();
            }
        }
        return script.apply(attempt);
    }
}
