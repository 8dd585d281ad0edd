package io.waybill.sandbox.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** Goes on by itself, as far ahead or behind as somebody turned it: an emulated service's, and that of a test beside it. */
public final class TurnedClock extends Clock {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    /** Further ahead; back if it is negative. */
    public void turn(Duration further) {
        ahead.updateAndGet(further::plus);
    }

    @Override
    public Instant instant() {
        return InstantSource.system().instant().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
