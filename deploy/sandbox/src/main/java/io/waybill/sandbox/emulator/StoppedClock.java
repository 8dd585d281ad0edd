package io.waybill.sandbox.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Goes on only when it is turned. */
public final class StoppedClock extends Clock {
    private volatile Instant now;

    /** Stands at the second in which it was made. */
    public StoppedClock() {
        this(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    public StoppedClock(Instant start) {
        now = start;
    }

    public void turn(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
