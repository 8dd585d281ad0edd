package io.waybill.watch;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double up to a cap, each of random length below that (full jitter): a thousand listeners do not come back together. */
final class Backoff {
    private final Duration first;
    private final Duration longest;
    private int failures;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** The pause before the next try. */
    Duration next() {
        Duration cap = cap();
        failures++;
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(cap.toMillis() + 1));
    }

    void reset() {
        failures = 0;
    }

    private Duration cap() {
        // 2^20 times the first pause is beyond every cap.
        Duration doubled = first.multipliedBy(1L << Math.min(failures, 20));
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }

    /** The given time and up to a tenth more. */
    static Duration atLeast(Duration time) {
        return time.plusMillis(ThreadLocalRandom.current().nextLong(time.toMillis() / 10 + 1));
    }

    /** The given time, a tenth less or more. */
    static Duration about(Duration time) {
        return atLeast(time.multipliedBy(9).dividedBy(10))
                .plusMillis(ThreadLocalRandom.current().nextLong(time.toMillis() / 10 + 1));
    }
}
