package io.waybill.sandbox.gmail;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The service's own numbers, Google's unless a test wants to see in seconds what takes hours; all but {@link Push#atMostEvery}, which
 * would drop what a test that delivers two mails in a row waits for.
 *
 * @param historyLife how old a change may be that is still listed; the same for watches is always seven days
 * @param seed of everything that is random
 */
public record GmailSettings(Push push, Quota quota, Certs certs, Duration historyLife, long seed) {

    /**
     * How Pub/Sub pushes. Its times are real ones.
     *
     * @param ackDeadline how long an endpoint may take
     * @param firstBackOff how long a subscription waits after a push that was not acknowledged; each time twice as long
     * @param backOffMax the longest time it waits
     * @param retention how old a message may become before it is given up
     * @param windowMax how many messages of a subscription are pushed at once at most
     * @param atMostEvery how long after one announcement of a user's the next may come; what comes earlier is dropped silently. Zero for
     *     no such limit; Gmail's is a second
     */
    public record Push(
            Duration ackDeadline,
            Duration firstBackOff,
            Duration backOffMax,
            Duration retention,
            int windowMax,
            Duration atMostEvery) {
        public static Push defaults() {
            return new Push(
                    Duration.ofSeconds(10),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(60),
                    Duration.ofDays(7),
                    64,
                    Duration.ZERO);
        }

        /** The same with other times between tries. */
        public Push retrying(Duration first, Duration max, Duration giveUpAfter) {
            return new Push(ackDeadline, first, max, giveUpAfter, windowMax, atMostEvery);
        }

        /** The same for an endpoint that must be quicker, or may be slower. */
        public Push acknowledgedWithin(Duration time) {
            return new Push(time, firstBackOff, backOffMax, retention, windowMax, atMostEvery);
        }

        /** The same with that time between a user's announcements. */
        public Push announcingAtMostEvery(Duration time) {
            return new Push(ackDeadline, firstBackOff, backOffMax, retention, windowMax, time);
        }
    }

    /**
     * What a project may ask.
     *
     * @param unitsPerUser of one mailbox in a window
     * @param unitsPerProject of all mailboxes in a window
     * @param concurrent calls of one mailbox at once; Google does not say how many
     * @param prices other than those of {@link GmailCall}, in units
     */
    public record Quota(
            int unitsPerUser, int unitsPerProject, Duration window, int concurrent, Map<GmailCall, Integer> prices) {
        public Quota {
            prices = Map.copyOf(prices);
        }

        /** A project of May 2026 or later. */
        public static Quota defaults() {
            return new Quota(6_000, 1_200_000, Duration.ofMinutes(1), 10, Map.of());
        }

        /** The same for a project that may ask less, or more. */
        public Quota allowing(int ofAUser, int ofAll, Duration time) {
            return new Quota(ofAUser, ofAll, time, concurrent, prices);
        }

        /** The same with so many calls of one mailbox at once. */
        public Quota atOnce(int calls) {
            return new Quota(unitsPerUser, unitsPerProject, window, calls, prices);
        }

        /** The same with another price for a call. */
        public Quota pricing(GmailCall call, int units) {
            Map<GmailCall, Integer> changed = new EnumMap<>(GmailCall.class);
            changed.putAll(prices);
            changed.put(call, units);
            return new Quota(unitsPerUser, unitsPerProject, window, concurrent, changed);
        }

        int price(GmailCall call) {
            return prices.getOrDefault(call, call.units());
        }
    }

    /**
     * How the keys of pushes are given out.
     *
     * @param maxAge how long they may be kept, as {@code Cache-Control} says
     * @param retiredFor how long a key is still given out that does not sign any more
     */
    public record Certs(Duration maxAge, Duration retiredFor) {
        public static Certs defaults() {
            return new Certs(Duration.ofSeconds(19_800), Duration.ofDays(1));
        }
    }

    public static GmailSettings defaults() {
        return new GmailSettings(Push.defaults(), Quota.defaults(), Certs.defaults(), Duration.ofDays(7), 1);
    }

    public GmailSettings with(Push other) {
        return new GmailSettings(other, quota, certs, historyLife, seed);
    }

    public GmailSettings with(Quota other) {
        return new GmailSettings(push, other, certs, historyLife, seed);
    }

    public GmailSettings with(Certs other) {
        return new GmailSettings(push, quota, other, historyLife, seed);
    }
}
