package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Publishes to the topics of watches that a mailbox changed: never what changed. */
final class Announcer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Long> last = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Watches watches;
    private final PubSub pubSub;
    private final Duration atMostEvery;

    /** @param atMostEvery how long after one push of a user's the next may come; what comes earlier is dropped */
    Announcer(Watches watches, PubSub pubSub, Duration atMostEvery) {
        this.watches = watches;
        this.pubSub = pubSub;
        this.atMostEvery = atMostEvery;
    }

    void changed(String address, GmailMailbox.Change change) {
        for (GmailWatch watch : watches.of(address)) {
            if (!watch.tells(change.labels())) {
                continue;
            }
            if (isTooSoon(watch)) {
                pubSub.tally().add(PushFate.EXCESS, 1);
            } else {
                announce(address, watch.topic(), change.historyId());
            }
        }
    }

    void announce(String address, String topic, long historyId) {
        pubSub.publish(topic, data(address, historyId, numbers.getAndIncrement()));
    }

    private boolean isTooSoon(GmailWatch watch) {
        if (atMostEvery.isZero()) {
            return false;
        }
        long now = System.nanoTime();
        // Unchanged where it is too soon.
        long counted = last.merge(
                watch.address() + " " + watch.topic(),
                now,
                (before, latest) -> latest - before < atMostEvery.toNanos() ? before : latest);
        return counted != now;
    }

    /** In turn a number, as Gmail sends it, and text, as its documentation shows it. */
    private static byte[] data(String address, long historyId, long number) {
        String id = Long.toUnsignedString(historyId);
        String data = number % 2 == 0
                ? "{\"emailAddress\":" + quoted(address) + ",\"historyId\":" + id + "}"
                : "{\"emailAddress\": " + quoted(address) + ", \"historyId\": " + quoted(id) + "}";
        return data.getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
