package io.waybill.sandbox.graph;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Set;

/**
 * What the service does wrong, all of it at once and until it is told otherwise. Shares are between 0 and 1; which call or
 * notification they hit is random with the seed of {@link GraphSettings}. The names in quotes are those of {@code POST
 * /emulator/faults}.
 *
 * @param duplicated share of notifications that are sent twice
 * @param reordered share of notifications that are held back until others have overtaken them
 * @param dropped share of notifications that are never sent
 * @param calls which calls the shares and the bodies below are about; empty for all
 * @param throttled share of calls that get 429
 * @param throttledUsers whose calls all get 429
 * @param retryAfter of a 429; null for none
 * @param failing share of calls that get {@link #failingStatus}
 * @param hanging share of calls that get no answer until {@link GraphServer#heal} or the end
 * @param truncated share of bodies that end half-way
 * @param bytesPerSecond how fast bodies come; 0 for as fast as it goes
 * @param invisibleFor how long a message that is delivered from now on answers 404, although it was notified
 * @param emptyPages how many empty pages begin a round of delta
 * @param repeatedItems whether each page of delta gives an item twice
 * @param removedItems whether delta tells of removed items also under {@code changeType=created}
 */
public record GraphFaults(
        @JsonProperty("duplicated") double duplicated,
        @JsonProperty("reordered") double reordered,
        @JsonProperty("dropped") double dropped,
        @JsonProperty("calls") Set<GraphCall> calls,
        @JsonProperty("throttled") double throttled,
        @JsonProperty("throttled_users") Set<String> throttledUsers,
        @JsonProperty("retry_after_ms") Duration retryAfter,
        @JsonProperty("failing") double failing,
        @JsonProperty("failing_status") int failingStatus,
        @JsonProperty("hanging") double hanging,
        @JsonProperty("truncated") double truncated,
        @JsonProperty("bytes_per_second") int bytesPerSecond,
        @JsonProperty("invisible_for_ms") Duration invisibleFor,
        @JsonProperty("empty_pages") int emptyPages,
        @JsonProperty("repeated_items") boolean repeatedItems,
        @JsonProperty("removed_items") boolean removedItems) {

    public GraphFaults {
        calls = Set.copyOf(calls);
        throttledUsers = Set.copyOf(throttledUsers);
        for (double share : new double[] {duplicated, reordered, dropped, throttled, failing, hanging, truncated}) {
            require(share >= 0 && share <= 1, "a share is between 0 and 1, not " + share);
        }
        require(failingStatus >= 500 && failingStatus < 600, "failing_status is a 5xx");
        require(invisibleFor != null, "invisible_for_ms is 0 for none");
        require(bytesPerSecond >= 0 && emptyPages >= 0, "bytes_per_second and empty_pages are not negative");
    }

    /** A service that behaves. */
    public static GraphFaults none() {
        return new Builder().build();
    }

    /** Faults to choose from, none yet. */
    public static Builder builder() {
        return new Builder();
    }

    boolean concern(GraphCall call) {
        return calls.isEmpty() || calls.contains(call);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The parts as in the record; what is not named does not go wrong. */
    public static final class Builder {
        private double duplicated;
        private double reordered;
        private double dropped;
        private Set<GraphCall> calls = Set.of();
        private double throttled;
        private Set<String> throttledUsers = Set.of();
        private Duration retryAfter;
        private double failing;
        private int failingStatus = 503;
        private double hanging;
        private double truncated;
        private int bytesPerSecond;
        private Duration invisibleFor = Duration.ZERO;
        private int emptyPages;
        private boolean repeatedItems;
        private boolean removedItems;

        private Builder() {}

        public Builder duplicated(double share) {
            duplicated = share;
            return this;
        }

        public Builder reordered(double share) {
            reordered = share;
            return this;
        }

        public Builder dropped(double share) {
            dropped = share;
            return this;
        }

        public Builder calls(GraphCall... only) {
            calls = Set.of(only);
            return this;
        }

        public Builder throttled(double share) {
            throttled = share;
            return this;
        }

        public Builder throttledUsers(String... users) {
            throttledUsers = Set.of(users);
            return this;
        }

        public Builder retryAfter(Duration time) {
            retryAfter = time;
            return this;
        }

        public Builder failing(double share, int status) {
            failing = share;
            failingStatus = status;
            return this;
        }

        public Builder hanging(double share) {
            hanging = share;
            return this;
        }

        public Builder truncated(double share) {
            truncated = share;
            return this;
        }

        public Builder bytesPerSecond(int rate) {
            bytesPerSecond = rate;
            return this;
        }

        public Builder invisibleFor(Duration time) {
            invisibleFor = time;
            return this;
        }

        public Builder emptyPages(int number) {
            emptyPages = number;
            return this;
        }

        public Builder repeatedItems() {
            repeatedItems = true;
            return this;
        }

        public Builder removedItems() {
            removedItems = true;
            return this;
        }

        public GraphFaults build() {
            return new GraphFaults(
                    duplicated,
                    reordered,
                    dropped,
                    calls,
                    throttled,
                    throttledUsers,
                    retryAfter,
                    failing,
                    failingStatus,
                    hanging,
                    truncated,
                    bytesPerSecond,
                    invisibleFor,
                    emptyPages,
                    repeatedItems,
                    removedItems);
        }
    }
}
