package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.Tally;
import io.waybill.sandbox.gmail.GmailAnswer.Throttle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How much projects ask of users' mailboxes, and when that is too much. Users are told apart by their addresses in lower case. */
final class QuotaLimits {
    // Google words it differently from day to day; each comes up in turn.
    private static final List<Throttle> OF_A_USER =
            List.of(Throttle.USER_RATE_LIMIT_EXCEEDED, Throttle.USER_QUERIES_EXCEEDED, Throttle.TOO_MANY_REQUESTS);
    private static final List<Throttle> OF_A_PROJECT =
            List.of(Throttle.RATE_LIMIT_EXCEEDED, Throttle.TOO_MANY_REQUESTS);

    private final Map<String, Usage> projects = new ConcurrentHashMap<>();
    private final Map<Key, Usage> users = new ConcurrentHashMap<>();
    private final Map<String, Integer> maxByUser = new ConcurrentHashMap<>();
    private final Tally<String> units = new Tally<>();
    private final GmailSettings.Quota quota;
    private int refusals;

    QuotaLimits(GmailSettings.Quota quota) {
        this.quota = quota;
    }

    private record Key(String project, String user) {}

    private static final class Usage {
        private int concurrent;
        private int units;
        private long windowStart = System.nanoTime();

        private boolean hasRoomFor(int more, int limit, long windowNanos) {
            long now = System.nanoTime();
            if (now - windowStart >= windowNanos) {
                windowStart = now;
                units = 0;
            }
            return units + more <= limit;
        }
    }

    /** The refusal; empty for who may go on, and must {@link #leave} then. What is refused costs nothing. */
    synchronized Optional<GmailAnswer> enter(String project, String user, GmailCall call) {
        Usage ofUser = users.computeIfAbsent(new Key(project, user), first -> new Usage());
        // The refused count too: the client did ask at the same time.
        maxByUser.merge(user, ofUser.concurrent + 1, Math::max);
        if (ofUser.concurrent >= quota.concurrent()) {
            return Optional.of(GmailAnswer.throttled(Throttle.TOO_MANY_CONCURRENT_REQUESTS, null));
        }
        int price = quota.price(call);
        long window = quota.window().toNanos();
        Usage ofProject = projects.computeIfAbsent(project, first -> new Usage());
        if (!ofUser.hasRoomFor(price, quota.unitsPerUser(), window)) {
            return Optional.of(refusal(OF_A_USER));
        }
        if (!ofProject.hasRoomFor(price, quota.unitsPerProject(), window)) {
            return Optional.of(refusal(OF_A_PROJECT));
        }
        ofUser.units += price;
        ofUser.concurrent++;
        ofProject.units += price;
        units.add(user, price);
        return Optional.empty();
    }

    synchronized void leave(String project, String user) {
        users.get(new Key(project, user)).concurrent--;
    }

    /** The most requests that were in the mailbox at once, the refused among them. */
    int maxConcurrent(String user) {
        return maxByUser.getOrDefault(user, 0);
    }

    Map<String, Integer> maxConcurrent() {
        return Map.copyOf(maxByUser);
    }

    /** What each user's calls cost since the start. */
    Tally<String> units() {
        return units;
    }

    private GmailAnswer refusal(List<Throttle> wordings) {
        return GmailAnswer.throttled(wordings.get(refusals++ % wordings.size()), null);
    }
}
