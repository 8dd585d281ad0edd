package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.waybill.sandbox.gmail.GmailAnswer.Throttle;
import java.time.Duration;
import java.util.Set;

/**
 * What the service does wrong, all of it at once and until it is told otherwise. Shares are between 0 and 1; which call or push they hit
 * is random with the seed of {@link GmailSettings}. The names in quotes are those of {@code POST /emulator/faults}.
 *
 * @param duplicated share of pushes that are sent twice
 * @param reordered share of pushes that are held back until others have overtaken them
 * @param dropped share of pushes that are never sent
 * @param historyLag how long a change that happens from now on is missing in the history, although it is announced and {@code historyId}
 *     counts it: who goes on from there has missed it
 * @param calls which calls the shares and the bodies below are about; empty for all
 * @param throttled share of calls that get {@link #throttledAs}
 * @param throttledUsers addresses whose calls all get it, in any case
 * @param retryAfter of such an answer; null for none
 * @param failing share of calls that get {@link #failingStatus}
 * @param hanging share of calls that get no answer until {@link GmailServer#heal} or the end
 * @param truncated share of bodies that end half-way
 * @param bytesPerSecond how fast bodies come; 0 for as fast as it goes
 * @param historyPageMax how many records a page of history has at most, whatever the client asks for; 0 for as many as it asks for
 * @param repeatedItems whether each page of history gives a record twice, and again the one that ended the page before
 */
public record GmailFaults(
        @JsonProperty("duplicated") double duplicated,
        @JsonProperty("reordered") double reordered,
        @JsonProperty("dropped") double dropped,
        @JsonProperty("history_lag_ms") Duration historyLag,
        @JsonProperty("calls") Set<GmailCall> calls,
        @JsonProperty("throttled") double throttled,
        @JsonProperty("throttled_as") Throttle throttledAs,
        @JsonProperty("throttled_users") Set<String> throttledUsers,
        @JsonProperty("retry_after_ms") Duration retryAfter,
        @JsonProperty("failing") double failing,
        @JsonProperty("failing_status") int failingStatus,
        @JsonProperty("hanging") double hanging,
        @JsonProperty("truncated") double truncated,
        @JsonProperty("bytes_per_second") int bytesPerSecond,
        @JsonProperty("history_page_max") int historyPageMax,
        @JsonProperty("repeated_items") boolean repeatedItems) {

    public GmailFaults {
        calls = Set.copyOf(calls);
        throttledUsers = Set.copyOf(throttledUsers);
        for (double share : new double[] {duplicated, reordered, dropped, throttled, failing, hanging, truncated}) {
            require(share >= 0 && share <= 1, "a share is between 0 and 1, not " + share);
        }
        require(failingStatus >= 500 && failingStatus < 600, "failing_status is a 5xx");
        require(historyLag != null, "history_lag_ms is 0 for none");
        require(throttledAs != null, "throttled_as names an answer");
        require(bytesPerSecond >= 0, "bytes_per_second is not negative");
        require(historyPageMax >= 0, "history_page_max is not negative");
    }

    /** A service that behaves. */
    public static GmailFaults none() {
        return new Builder().build();
    }

    /** Faults to choose from, none yet. */
    public static Builder builder() {
        return new Builder();
    }

    boolean concern(GmailCall call) {
        return calls.isEmpty() || calls.contains(call);
    }

    boolean throttle(String address) {
        return throttledUsers.stream().anyMatch(address::equalsIgnoreCase);
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
        private Duration historyLag = Duration.ZERO;
        private Set<GmailCall> calls = Set.of();
        private double throttled;
        private Throttle throttledAs = Throttle.TOO_MANY_REQUESTS;
        private Set<String> throttledUsers = Set.of();
        private Duration retryAfter;
        private double failing;
        private int failingStatus = 503;
        private double hanging;
        private double truncated;
        private int bytesPerSecond;
        private int historyPageMax;
        private boolean repeatedItems;

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

        public Builder historyLag(Duration time) {
            historyLag = time;
            return this;
        }

        public Builder calls(GmailCall... only) {
            calls = Set.of(only);
            return this;
        }

        public Builder throttled(double share) {
            throttled = share;
            return this;
        }

        public Builder throttledAs(Throttle kind) {
            throttledAs = kind;
            return this;
        }

        public Builder throttledUsers(String... addresses) {
            throttledUsers = Set.of(addresses);
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

        public Builder historyPageMax(int records) {
            historyPageMax = records;
            return this;
        }

        public Builder repeatedItems() {
            repeatedItems = true;
            return this;
        }

        public GmailFaults build() {
            return new GmailFaults(
                    duplicated,
                    reordered,
                    dropped,
                    historyLag,
                    calls,
                    throttled,
                    throttledAs,
                    throttledUsers,
                    retryAfter,
                    failing,
                    failingStatus,
                    hanging,
                    truncated,
                    bytesPerSecond,
                    historyPageMax,
                    repeatedItems);
        }
    }
}
