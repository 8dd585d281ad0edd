package io.waybill.sandbox.graph;

import io.waybill.sandbox.emulator.TurnedClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The subscriptions that are alive. What has expired is gone, without a word, as in Graph. */
final class Subscriptions {
    private final Map<String, GraphSubscription> all = new LinkedHashMap<>();
    // A load test has a subscription per mailbox, and every mail asks for its own.
    private final Map<String, List<String>> byUser = new HashMap<>();
    private final TurnedClock clock;

    Subscriptions(TurnedClock clock) {
        this.clock = clock;
    }

    /** Adds it; the one that is already there for the same app and resource keeps it out and is returned. */
    synchronized Optional<GraphSubscription> add(GraphSubscription subscription) {
        Optional<GraphSubscription> same = ofUser(subscription.user()).stream()
                .filter(subscription::isSameAs)
                .findFirst();
        if (same.isEmpty()) {
            all.put(subscription.id(), subscription);
            byUser.computeIfAbsent(subscription.user(), user -> new ArrayList<>())
                    .add(subscription.id());
        }
        return same;
    }

    synchronized Optional<GraphSubscription> find(String id) {
        GraphSubscription found = all.get(id);
        if (found != null && !found.expiration().isAfter(clock.instant())) {
            return remove(id).flatMap(expired -> Optional.empty());
        }
        return Optional.ofNullable(found);
    }

    synchronized Optional<GraphSubscription> change(String id, UnaryOperator<GraphSubscription> change) {
        return find(id).map(subscription -> {
            GraphSubscription changed = change.apply(subscription);
            all.put(id, changed);
            return changed;
        });
    }

    synchronized Optional<GraphSubscription> remove(String id) {
        GraphSubscription removed = all.remove(id);
        if (removed != null) {
            byUser.get(removed.user()).remove(id);
        }
        return Optional.ofNullable(removed);
    }

    synchronized List<GraphSubscription> ofUser(String user) {
        return List.copyOf(byUser.getOrDefault(user, List.of())).stream()
                .map(this::find)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Oldest first. */
    synchronized List<GraphSubscription> all() {
        return List.copyOf(all.keySet()).stream()
                .map(this::find)
                .flatMap(Optional::stream)
                .toList();
    }
}
