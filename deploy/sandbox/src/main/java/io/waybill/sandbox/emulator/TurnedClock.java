package io.waybill.sandbox.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** The time in an emulated service: now, or as far ahead or behind as somebody turned it. */
public final class TurnedClock {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    public Instant now() {
        return Instant.now().plus(ahead.get());
    }

    public void advance(Duration time) {
        ahead.updateAndGet(time::plus);
    }
}
