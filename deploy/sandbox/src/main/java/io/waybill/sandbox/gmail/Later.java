package io.waybill.sandbox.gmail;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does things after a time, real time, until it is closed. */
final class Later implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pubsub-later").factory());

    void run(Duration time, Runnable action) {
        try {
            Future<?> _ = executor.schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            // Nobody is told anything any more.
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
