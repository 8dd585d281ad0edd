package io.waybill.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.mailboxes.ListenerTroubles;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells when a folder cannot be listened to, and when it can again, on a thread of its own: a password that was never put in place must
 * not look like a mailbox without mail.
 */
final class ListenerFeed implements AutoCloseable {
    /** A listener's pauses begin at a second; a person looks up within ten. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Supplier<Optional<JsonNode>> watch;
    private final Consumer<String> told;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<String, String> troubles = Map.of();

    private ListenerFeed(Supplier<Optional<JsonNode>> watch, Consumer<String> told) {
        this.watch = watch;
        this.told = told;
    }

    /** @param watch what the watch says of its listeners; empty where it does not answer */
    static ListenerFeed start(Supplier<Optional<JsonNode>> watch, Consumer<String> told) {
        ListenerFeed feed = new ListenerFeed(watch, told);
        Thread.ofPlatform().daemon().name("listeners").start(feed::follow);
        return feed;
    }

    static ListenerFeed idle(Consumer<String> told) {
        return new ListenerFeed(Optional::empty, told);
    }

    private void follow() {
        try {
            do {
                watch.get().ifPresent(this::look);
            } while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells what changed since the last look. */
    void look(JsonNode listeners) {
        Map<String, String> now = ListenerTroubles.of(listeners);
        now.forEach((folder, trouble) -> {
            if (!trouble.equals(troubles.get(folder))) {
                told.accept("no connection to " + folder + ": " + trouble + "; trying again");
            }
        });
        troubles.keySet().stream()
                .filter(folder -> !now.containsKey(folder))
                .forEach(folder -> told.accept("connected to " + folder + " again"));
        troubles = now;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
