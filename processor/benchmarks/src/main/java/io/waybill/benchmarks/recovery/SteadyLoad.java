package io.waybill.benchmarks.recovery;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Announces so many jobs a second, whatever becomes of them, until it is stopped. */
final class SteadyLoad implements AutoCloseable {
    private final Ground ground;
    private final int rate;
    private final Queue<Announced> announced = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReference<RuntimeException> failed = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopping;

    /** A job, where it is and its id. */
    record Announced(int partition, String id) {}

    /** @param rate jobs a second */
    SteadyLoad(Ground ground, int rate) {
        this.ground = ground;
        this.rate = rate;
        thread = Thread.ofPlatform().name("load").daemon().start(this::run);
    }

    private void run() {
        try {
            long interval = 1_000_000_000L / rate;
            long due = System.nanoTime();
            while (!stopping) {
                // A message of each mailbox, one after the other.
                long first = ground.reserve(Mailboxes.COUNT);
                for (int i = 0; i < Mailboxes.COUNT && !stopping; i++) {
                    await(due);
                    due += interval;
                    announced.add(new Announced(Mailboxes.partition(first + i), ground.announce(first + i)));
                    count.incrementAndGet();
                }
            }
        } catch (RuntimeException failure) {
            failed.set(failure);
        }
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** What was announced so far. */
    List<Announced> announced() {
        if (failed.get() != null) {
            throw failed.get();
        }
        return List.copyOf(announced);
    }

    /** Whether no more than a second's jobs are without an outcome. */
    boolean isAnswered(Outcomes outcomes) {
        return count.get() - outcomes.count() <= rate;
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.join();
        ground.flush();
    }
}
