package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as a clock that was set back. */
class ClockWatchTest {
    private Instant time = Instant.parse("2026-03-01T12:00:00Z");
    private long nanos = Long.MAX_VALUE - 5;
    private final ClockWatch watch = new ClockWatch(() -> time, () -> nanos);

    @Test
    void setBack_tellsByHowMuch_once() {
        pass(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertEquals(Optional.empty(), watch.setBack());
        pass(Duration.ofSeconds(1), Duration.ofSeconds(1).minus(Duration.ofHours(1)));
        assertEquals(Optional.of(Duration.ofHours(1)), watch.setBack());
        pass(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertEquals(Optional.empty(), watch.setBack());
    }

    @Test
    void setAhead_orALittleBack_isBorne() {
        pass(Duration.ofSeconds(1), Duration.ofHours(1));
        assertEquals(Optional.empty(), watch.setBack());
        pass(Duration.ofSeconds(1), Duration.ofSeconds(1).minus(ClockWatch.BORNE));
        assertEquals(Optional.empty(), watch.setBack());
    }

    @Test
    void programThatWasHeldUp_isNotAClockThatWasSet() {
        pass(Duration.ofMinutes(5), Duration.ofMinutes(5));
        assertEquals(Optional.empty(), watch.setBack());
    }

    private void pass(Duration measured, Duration told) {
        nanos += measured.toNanos();
        time = time.plus(told);
    }
}
