package io.waybill.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Times of an open loop: they are fixed beforehand, and whoever is late does not move those that follow. */
public record Pace(long began, long intervalNanos) {
    /** So many a second, from now on. */
    public static Pace of(double perSecond) {
        return new Pace(System.nanoTime(), (long) (1e9 / perSecond));
    }

    /** When that one is due, of {@link System#nanoTime}. */
    public long due(long number) {
        return began + number * intervalNanos;
    }

    /** Waits until that moment; returns at once where it has passed. */
    public static void await(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
    }
}
