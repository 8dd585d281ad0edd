package io.waybill.sandbox.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** A host and path that is posted to, for however many subscriptions, and how well it answered of late. */
final class Endpoint {
    private static final int POSTS_MAX = 64;
    private static final int BUCKETS = 20;

    private final Semaphore posts = new Semaphore(POSTS_MAX);
    private final Deque<Bucket> window = new ArrayDeque<>();
    private final Set<String> missed = new HashSet<>();
    private final GraphSettings.Health health;
    private boolean dropping;

    Endpoint(GraphSettings.Health health) {
        this.health = health;
    }

    enum State {
        WELL,
        SLOW,
        DROPPING
    }

    /** The answers of a part of the window: single ones would be too many to keep. */
    private static final class Bucket {
        private final long since = System.nanoTime();
        private int answers;
        private int slow;
    }

    Semaphore posts() {
        return posts;
    }

    synchronized void answered(boolean late) {
        long now = System.nanoTime();
        if (window.isEmpty() || now - window.getLast().since > health.window().toNanos() / BUCKETS) {
            window.add(new Bucket());
        }
        window.getLast().answers++;
        window.getLast().slow += late ? 1 : 0;
    }

    synchronized State state() {
        long now = System.nanoTime();
        window.removeIf(bucket -> now - bucket.since > health.window().toNanos());
        int answers = window.stream().mapToInt(bucket -> bucket.answers).sum();
        int slow = window.stream().mapToInt(bucket -> bucket.slow).sum();
        boolean judged = answers >= Math.max(1, health.judgedAfter());
        dropping |= judged && slow > health.dropAbove() * answers;
        if (dropping) {
            return State.DROPPING;
        }
        return judged && slow > health.slowAbove() * answers ? State.SLOW : State.WELL;
    }

    /** Whether it is the first since the endpoint is dropped. */
    synchronized boolean miss(String subscription) {
        boolean first = missed.isEmpty();
        missed.add(subscription);
        return first;
    }

    /** Starts anew; returns whose notifications were dropped. */
    synchronized Set<String> recover() {
        Set<String> all = Set.copyOf(missed);
        missed.clear();
        window.clear();
        dropping = false;
        return all;
    }
}
