package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.Dice;
import io.waybill.sandbox.emulator.Tally;
import io.waybill.sandbox.emulator.TurnedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Topics and the subscriptions that push: 1. faults drop, double or hold back, 2. the subscription's queue pushes, and again. */
final class PubSub implements AutoCloseable {
    private static final String PROJECT = "projects/([a-z0-9.:-]{1,255})/";
    private static final String NAME = "([A-Za-z][A-Za-z0-9._~+%-]{2,254})";
    static final Pattern TOPIC = Pattern.compile(PROJECT + "topics/" + NAME);
    static final Pattern SUBSCRIPTION = Pattern.compile(PROJECT + "subscriptions/" + NAME);
    private static final Duration HELD_MAX = Duration.ofMillis(500);
    private static final int MICROS_PER_MILLI = 1_000;

    private final Set<String> topics = new TreeSet<>();
    private final Map<String, Subscribed> subscriptions = new LinkedHashMap<>();
    private final Later later = new Later();
    private final Tally<PushFate> tally = new Tally<>();
    private final GmailSettings.Push settings;
    private final Pusher pusher;
    private final TurnedClock clock;
    private final Supplier<GmailFaults> faults;
    private final Dice dice;
    // Sixteen digits, and none that a process of before gave out.
    private long lastId = System.currentTimeMillis() * MICROS_PER_MILLI;
    private long pushes;

    PubSub(GmailSettings.Push settings, Pusher pusher, TurnedClock clock, Supplier<GmailFaults> faults, Dice dice) {
        this.settings = settings;
        this.pusher = pusher;
        this.clock = clock;
        this.faults = faults;
        this.dice = dice;
    }

    private record Subscribed(PushSubscription subscription, PushQueue queue) {}

    Tally<PushFate> tally() {
        return tally;
    }

    synchronized void addTopic(String topic) {
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException("no name of a topic: " + topic);
        }
        topics.add(topic);
    }

    synchronized boolean hasTopic(String topic) {
        return topics.contains(topic);
    }

    /** Instead of the one of that name, whose messages are gone with it. */
    synchronized void subscribe(PushSubscription subscription) {
        boolean _ = unsubscribe(subscription.name());
        topics.add(subscription.topic());
        PushQueue queue = new PushQueue(settings, tally, later, body -> pusher.isTaken(subscription, body));
        subscriptions.put(subscription.name(), new Subscribed(subscription, queue));
    }

    /** False if there is none of that name. */
    synchronized boolean unsubscribe(String name) {
        Subscribed removed = subscriptions.remove(name);
        if (removed != null) {
            removed.queue().stop();
        }
        return removed != null;
    }

    synchronized List<PushSubscription> subscriptions() {
        return subscriptions.values().stream().map(Subscribed::subscription).toList();
    }

    /** Of a topic that nobody subscribes to, or that is not there any more, it goes nowhere. */
    synchronized void publish(String topic, byte[] data) {
        String id = Long.toString(++lastId);
        Instant now = clock.instant();
        for (Subscribed each : subscriptions.values()) {
            if (each.subscription().topic().equals(topic)) {
                send(each.queue(), PushBody.of(each.subscription().name(), id, data, now, pushes++));
            }
        }
    }

    private void send(PushQueue queue, byte[] body) {
        GmailFaults now = faults.get();
        tally.add(PushFate.OWED, 1);
        if (dice.falls(now.dropped())) {
            tally.add(PushFate.DROPPED, 1);
            return;
        }
        if (dice.falls(now.duplicated())) {
            tally.add(PushFate.DUPLICATED, 1);
            queue.add(body);
        }
        if (dice.falls(now.reordered())) {
            queue.hold(body, HELD_MAX);
        } else {
            queue.add(body);
        }
    }

    @Override
    public synchronized void close() {
        subscriptions.values().forEach(each -> each.queue().stop());
        later.close();
    }
}
