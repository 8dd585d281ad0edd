package io.waybill.sandbox.graph;

import io.waybill.sandbox.oauth.EntraApp;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How much apps ask of mailboxes, and when that is too much. */
final class MailboxLimits {
    private static final Duration CONCURRENCY_RETRY_AFTER = Duration.ofSeconds(1);

    private final Map<String, Integer> maxByUser = new ConcurrentHashMap<>();
    private final Map<Key, Usage> usages = new ConcurrentHashMap<>();
    private final GraphSettings.Limits limits;

    MailboxLimits(GraphSettings.Limits limits) {
        this.limits = limits;
    }

    private record Key(EntraApp app, String user) {}

    private static final class Usage {
        private int concurrent;
        private int requests;
        private long windowStart = System.nanoTime();
    }

    /** The refusal; empty for who may go on, and must {@link #leave} then. */
    Optional<GraphAnswer> enter(EntraApp app, String user) {
        Usage usage = usages.computeIfAbsent(new Key(app, user), first -> new Usage());
        synchronized (usage) {
            // The refused count too: the client did ask at the same time.
            maxByUser.merge(user, usage.concurrent + 1, Math::max);
            if (usage.concurrent >= limits.concurrent()) {
                return Optional.of(GraphAnswer.throttled(CONCURRENCY_RETRY_AFTER));
            }
            long windowLeft = limits.window().toNanos() - (System.nanoTime() - usage.windowStart);
            if (windowLeft <= 0) {
                usage.windowStart = System.nanoTime();
                usage.requests = 0;
            }
            if (usage.requests >= limits.requests()) {
                return Optional.of(new GraphAnswer(
                        429,
                        "ApplicationThrottled",
                        "Application is over its request limit.",
                        Duration.ofNanos(windowLeft)));
            }
            usage.requests++;
            usage.concurrent++;
        }
        return Optional.empty();
    }

    void leave(EntraApp app, String user) {
        Usage usage = usages.get(new Key(app, user));
        synchronized (usage) {
            usage.concurrent--;
        }
    }

    /** The most requests that were in the mailbox at once, the refused among them. */
    int maxConcurrent(String user) {
        return maxByUser.getOrDefault(user, 0);
    }

    Map<String, Integer> maxConcurrent() {
        return Map.copyOf(maxByUser);
    }
}
