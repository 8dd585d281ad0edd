package io.waybill.sandbox.graph;

import java.time.Duration;

/**
 * The service's own numbers, Microsoft's unless a test wants to see in seconds what takes hours.
 *
 * @param deltaTokenLife how old a delta token may be
 * @param seed of everything that is random
 */
public record GraphSettings(Delivery delivery, Health health, Limits limits, Duration deltaTokenLife, long seed) {

    /**
     * How notifications are sent.
     *
     * @param answerWithin how long an endpoint may take, also for the handshake
     * @param firstRetry how long after a failure it is tried again; each time twice as long
     * @param retryMax the longest time between two tries
     * @param retryFor how old a notification may become before it is given up
     * @param itemsPerPost how many notifications share a POST at most
     * @param reauthorizeEvery how often a reauthorization is asked for, and how long it may be owed before notifications pause
     */
    public record Delivery(
            Duration answerWithin,
            Duration firstRetry,
            Duration retryMax,
            Duration retryFor,
            int itemsPerPost,
            Duration reauthorizeEvery) {
        public static Delivery defaults() {
            return new Delivery(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(15),
                    Duration.ofHours(4),
                    20,
                    Duration.ofMinutes(15));
        }

        /** The same with other times between tries. */
        public Delivery retrying(Duration first, Duration max, Duration giveUpAfter) {
            return new Delivery(answerWithin, first, max, giveUpAfter, itemsPerPost, reauthorizeEvery);
        }

        /** The same for an endpoint that must be quicker, or may be slower. */
        public Delivery answeredWithin(Duration time) {
            return new Delivery(time, firstRetry, retryMax, retryFor, itemsPerPost, reauthorizeEvery);
        }

        /** The same with reauthorizations asked for at other times. */
        public Delivery reauthorizingEvery(Duration time) {
            return new Delivery(answerWithin, firstRetry, retryMax, retryFor, itemsPerPost, time);
        }
    }

    /**
     * When an endpoint counts as slow and when its notifications are dropped. An answer is slow that takes longer than {@link
     * Delivery#answerWithin}.
     *
     * @param judgedAfter how many answers in the window it takes for a judgement
     * @param window the time that counts
     * @param slowAbove the share of slow answers above which new notifications are delayed
     * @param dropAbove the share above which they are dropped
     * @param delay by how much they are delayed
     * @param dropFor how long they are dropped; then {@code missed} is sent and the window starts anew
     */
    public record Health(
            int judgedAfter, Duration window, double slowAbove, double dropAbove, Duration delay, Duration dropFor) {
        public static Health defaults() {
            return new Health(100, Duration.ofMinutes(10), 0.10, 0.15, Duration.ofSeconds(10), Duration.ofMinutes(10));
        }
    }

    /**
     * What an app may ask of a mailbox.
     *
     * @param requests in a window
     * @param concurrent at once
     */
    public record Limits(int requests, Duration window, int concurrent) {
        public static Limits defaults() {
            return new Limits(10_000, Duration.ofMinutes(10), 4);
        }
    }

    public static GraphSettings defaults() {
        return new GraphSettings(Delivery.defaults(), Health.defaults(), Limits.defaults(), Duration.ofDays(30), 1);
    }

    public GraphSettings with(Delivery other) {
        return new GraphSettings(other, health, limits, deltaTokenLife, seed);
    }

    public GraphSettings with(Health other) {
        return new GraphSettings(delivery, other, limits, deltaTokenLife, seed);
    }

    public GraphSettings with(Limits other) {
        return new GraphSettings(delivery, health, other, deltaTokenLife, seed);
    }
}
