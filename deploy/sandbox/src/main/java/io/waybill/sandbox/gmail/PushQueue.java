package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.Tally;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits to be pushed to one subscription. Pub/Sub starts with few at a time and dares more while they are acknowledged quickly; each
 * that is not acknowledged makes the whole subscription wait, each time twice as long, and each that is takes one doubling back.
 */
final class PushQueue {
    private static final int FIRST_WINDOW = 4;
    private static final Duration QUICK = Duration.ofSeconds(1);
    // Beyond so many doublings it is the maximum anyway, and may not overflow.
    private static final int DOUBLINGS_MAX = 20;

    private final Deque<Message> waiting = new ArrayDeque<>();
    private final List<Message> held = new ArrayList<>();
    private final GmailSettings.Push settings;
    private final Tally<PushFate> tally;
    private final Later later;
    private final Predicate<byte[]> push;
    private int pushing;
    private int window = FIRST_WINDOW;
    private int failures;
    private long pausedUntil = System.nanoTime();
    private boolean stopped;

    /** @param push whether the body is acknowledged */
    PushQueue(GmailSettings.Push settings, Tally<PushFate> tally, Later later, Predicate<byte[]> push) {
        this.settings = settings;
        this.tally = tally;
        this.later = later;
        this.push = push;
    }

    /** @param since when it was published, in nanoseconds */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Message(byte[] body, long since) {}

    synchronized void add(byte[] body) {
        waiting.add(new Message(body, System.nanoTime()));
        waiting.addAll(held);
        held.clear();
        work();
    }

    /** To come after the next that is added, or after that time. */
    synchronized void hold(byte[] body, Duration most) {
        held.add(new Message(body, System.nanoTime()));
        later.run(most, this::release);
    }

    /** What waits is never sent. */
    synchronized void stop() {
        stopped = true;
        waiting.clear();
        held.clear();
    }

    private synchronized void release() {
        waiting.addAll(held);
        held.clear();
        work();
    }

    private synchronized void work() {
        long pause = pausedUntil - System.nanoTime();
        while (pause <= 0 && pushing < window && !waiting.isEmpty()) {
            pushing++;
            Message next = waiting.poll();
            tally.add(PushFate.POST, 1);
            Thread.ofVirtual().name("pubsub-push").start(() -> push(next));
        }
    }

    private void push(Message message) {
        long start = System.nanoTime();
        boolean taken = push.test(message.body());
        settle(message, taken, System.nanoTime() - start <= QUICK.toNanos());
    }

    private synchronized void settle(Message message, boolean taken, boolean quick) {
        pushing--;
        if (taken) {
            tally.add(PushFate.DELIVERED, 1);
            failures = Math.max(0, failures - 1);
            window = Math.min(settings.windowMax(), quick ? window + 1 : window);
        } else {
            window = Math.max(1, window / 2);
            failures++;
            Duration pause = backOff();
            long end = System.nanoTime() + pause.toNanos();
            pausedUntil = end - pausedUntil > 0 ? end : pausedUntil;
            later.run(pause, this::work);
            if (System.nanoTime() - message.since() + pause.toNanos()
                    > settings.retention().toNanos()) {
                tally.add(PushFate.LOST, 1);
            } else if (!stopped) {
                tally.add(PushFate.RETRIED, 1);
                // Last, so that what nobody ever takes does not hold up the rest.
                waiting.add(message);
            }
        }
        work();
    }

    private Duration backOff() {
        Duration doubled = settings.firstBackOff().multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
        return doubled.compareTo(settings.backOffMax()) < 0 ? doubled : settings.backOffMax();
    }
}
