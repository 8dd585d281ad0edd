package io.waybill.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.Output;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
        Map<String, String> now = new TreeMap<>();
        for (JsonNode listener : listeners) {
            if (listener.hasNonNull("lastError")) {
                now.put(name(listener), trouble(listener));
            }
        }
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

    private static String name(JsonNode listener) {
        String mailbox = listener.path("tenant").asText() + "/"
                + listener.path("mailbox").asText();
        String folder = listener.path("folder").asText();
        return Output.printable(folder.equals("INBOX") ? mailbox : mailbox + " " + folder);
    }

    private static String trouble(JsonNode listener) {
        String code = listener.path("lastError").asText();
        return Output.printable(
                listener.hasNonNull("lastDetail")
                        ? code + ", " + listener.get("lastDetail").asText()
                        : code);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
