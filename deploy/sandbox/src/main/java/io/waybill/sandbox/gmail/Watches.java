package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.TurnedClock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The watches that are alive: one per user and project. What has expired is gone, without a word, as in Gmail. */
final class Watches {
    private final Map<String, Map<String, GmailWatch>> byUser = new LinkedHashMap<>();
    private final TurnedClock clock;

    Watches(TurnedClock clock) {
        this.clock = clock;
    }

    synchronized void put(String project, GmailWatch watch) {
        byUser.computeIfAbsent(key(watch.address()), first -> new LinkedHashMap<>())
                .put(project, watch);
    }

    /** False if there was none. */
    synchronized boolean remove(String address, String project) {
        Map<String, GmailWatch> watches = byUser.get(key(address));
        return watches != null && watches.remove(project) != null;
    }

    /** False if there was none. */
    synchronized boolean removeAll(String address) {
        Map<String, GmailWatch> removed = byUser.remove(key(address));
        return removed != null && !removed.isEmpty();
    }

    synchronized List<GmailWatch> of(String address) {
        Map<String, GmailWatch> watches = byUser.get(key(address));
        if (watches == null) {
            return List.of();
        }
        watches.values().removeIf(watch -> !watch.expiration().isAfter(clock.instant()));
        return List.copyOf(watches.values());
    }

    synchronized List<GmailWatch> all() {
        return byUser.keySet().stream().flatMap(user -> of(user).stream()).toList();
    }

    private static String key(String address) {
        return address.toLowerCase(Locale.ROOT);
    }
}
