package io.waybill.sandbox.graph;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** The time in the emulated service: now, or as far ahead or behind as somebody turned it. */
final class GraphClock {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    Instant now() {
        return Instant.now().plus(ahead.get());
    }

    void advance(Duration time) {
        ahead.updateAndGet(time::plus);
    }
}
