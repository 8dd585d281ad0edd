package io.waybill.sandbox.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** What waits to be posted to one URL. Items that wait at the same time share a POST; a POST that failed is repeated whole. */
final class Outbox {
    // Several at once: an endpoint must not rely on an order.
    private static final int POSTS_MAX = 8;

    private final Deque<Notification> waiting = new ArrayDeque<>();
    private final Deque<Batch> repeated = new ArrayDeque<>();
    private final List<Notification> held = new ArrayList<>();
    private final int itemsPerPost;
    private final Consumer<Batch> post;
    private int posting;

    Outbox(int itemsPerPost, Consumer<Batch> post) {
        this.itemsPerPost = itemsPerPost;
        this.post = post;
    }

    /**
     * What is posted together.
     *
     * @param failures how often it was tried in vain
     * @param since when it was first tried, in nanoseconds
     */
    record Batch(Outbox outbox, List<Notification> items, int failures, long since) {}

    synchronized void add(Notification notification) {
        waiting.add(notification);
        waiting.addAll(held);
        held.clear();
        work();
    }

    /** To come after the next that is added. */
    synchronized void hold(Notification notification) {
        held.add(notification);
    }

    /** In case that no other came. */
    synchronized void release() {
        waiting.addAll(held);
        held.clear();
        work();
    }

    synchronized void repeat(Batch batch) {
        repeated.add(batch);
        work();
    }

    private synchronized void work() {
        if (posting < POSTS_MAX && !(waiting.isEmpty() && repeated.isEmpty())) {
            posting++;
            Thread.ofVirtual().name("graph-post").start(this::drain);
        }
    }

    private void drain() {
        for (Batch batch = next(); batch != null; batch = next()) {
            post.accept(batch);
        }
    }

    private synchronized Batch next() {
        if (!repeated.isEmpty()) {
            return repeated.poll();
        }
        List<Notification> items = new ArrayList<>();
        while (items.size() < itemsPerPost && !waiting.isEmpty()) {
            items.add(waiting.poll());
        }
        if (items.isEmpty()) {
            posting--;
            return null;
        }
        return new Batch(this, List.copyOf(items), 0, System.nanoTime());
    }
}
