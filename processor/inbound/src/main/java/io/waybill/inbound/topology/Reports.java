package io.waybill.inbound.topology;

import io.waybill.contracts.JobLog;
import io.waybill.inbound.execute.JobAttempt;
import io.waybill.inbound.execute.Work;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the dispatcher's threads report of a task's work, until the task's stream thread takes it. Any thread reports; that one takes. */
final class Reports implements Work.Listener {
    /**
     * What runs longer is written down as running, so that its process's death counts. Most jobs end before: for them the mark would be
     * a write more. A killer that strikes sooner is found all the same, because after a death nothing runs unmarked.
     */
    private static final Duration UNMARKED = Duration.ofMillis(200);

    private final Queue<Work> finished = new ConcurrentLinkedQueue<>();
    /** In the order in which they began. */
    private final Queue<Started> started = new ConcurrentLinkedQueue<>();
    /** They go on only when their row is marked. */
    private final Queue<Work> gated = new ConcurrentLinkedQueue<>();

    private final Runnable dropped;

    private record Started(Work work, long nanos) {}

    /** @param dropped told of each result that came too late, from any thread */
    Reports(Runnable dropped) {
        this.dropped = dropped;
    }

    @Override
    public void onStarted(Work work) {
        JobAttempt attempt = work.attempt();
        JobLog.consumeStart(attempt.job(), attempt.generation(), attempt.attempt());
        if (work.mustWait()) {
            gated.add(work);
        } else {
            started.add(new Started(work, System.nanoTime()));
        }
    }

    @Override
    public void onFinished(Work work) {
        finished.add(work);
    }

    @Override
    public void onDropped(Work work) {
        dropped.run();
    }

    /** Work that ended, each once. */
    Optional<Work> takeFinished() {
        return Optional.ofNullable(finished.poll());
    }

    /** Work that waits for its mark, each once. */
    Optional<Work> takeGated() {
        return Optional.ofNullable(gated.poll());
    }

    /** Work that has been running for so long that it wants a mark, each once. */
    Optional<Work> takeLongRunning() {
        long before = System.nanoTime() - UNMARKED.toNanos();
        for (Started head = started.peek(); head != null; head = started.peek()) {
            boolean ended = head.work().completion() != null;
            if (!ended && head.nanos() - before > 0) {
                return Optional.empty();
            }
            started.remove();
            if (!ended) {
                return Optional.of(head.work());
            }
        }
        return Optional.empty();
    }
}
