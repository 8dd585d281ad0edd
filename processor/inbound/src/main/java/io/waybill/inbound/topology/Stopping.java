package io.waybill.inbound.topology;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A graceful stop: every task first writes its running rows back as queued, so that only a death is counted as one. Shared by the
 * tasks' stages and whoever stops the process.
 */
public final class Stopping {
    private final Set<Object> tasks = ConcurrentHashMap.newKeySet();
    private volatile boolean requested;

    /** Asks all tasks to hand in; true once they did, false where the limit passed before. */
    public boolean requestAndAwait(Duration limit) throws InterruptedException {
        requested = true;
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (tasks) {
            while (!tasks.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                tasks.wait(Math.max(1, left / 1_000_000));
            }
        }
        return true;
    }

    boolean requested() {
        return requested;
    }

    /** A task has something to hand in. */
    void join(Object task) {
        tasks.add(task);
    }

    /** A task handed in, or was closed. */
    void leave(Object task) {
        synchronized (tasks) {
            tasks.remove(task);
            tasks.notifyAll();
        }
    }
}
