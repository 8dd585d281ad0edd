package io.waybill.sources.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.sandbox.emulator.StoppedClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long a mailbox is left alone. */
class MailboxCallsTest {
    private static final Optional<Duration> NOT_SAID = Optional.empty();

    private final StoppedClock clock = new StoppedClock();
    private final MailboxCalls calls = new MailboxCalls(4, refused -> Duration.ofSeconds(1L << refused));

    @Test
    @DisplayName("T9 without Retry-After each pause is the one that the provider has after so many refusals")
    void pauseFor_notSaid_grows() {
        for (long seconds : List.of(1, 2, 4, 8, 16)) {
            calls.pauseFor(NOT_SAID, clock);
            assertEquals(Optional.of(Duration.ofSeconds(seconds)), calls.pause(clock));
            clock.turn(Duration.ofSeconds(seconds));
            assertEquals(Optional.empty(), calls.pause(clock));
        }
    }

    @Test
    @DisplayName("T9 a call that succeeds has the pauses begin anew")
    void succeeded_pausesBeginAnew() {
        for (int i = 0; i < 5; i++) {
            calls.pauseFor(NOT_SAID, clock);
            clock.turn(Duration.ofSeconds(60));
        }
        calls.succeeded();
        calls.pauseFor(NOT_SAID, clock);
        assertEquals(Optional.of(Duration.ofSeconds(1)), calls.pause(clock));
    }

    @Test
    void pauseFor_callsThatWereUnderWay_countOnce() {
        for (int i = 0; i < 4; i++) {
            calls.pauseFor(NOT_SAID, clock);
        }
        assertEquals(Optional.of(Duration.ofSeconds(1)), calls.pause(clock));
        clock.turn(Duration.ofSeconds(1));
        calls.pauseFor(NOT_SAID, clock);
        assertEquals(Optional.of(Duration.ofSeconds(2)), calls.pause(clock));
    }

    @Test
    @DisplayName("T9 with Retry-After the pause is what was said, and the longest of several")
    void pauseFor_said_isNeverLess() {
        calls.pauseFor(Optional.of(Duration.ofSeconds(32)), clock);
        calls.pauseFor(Optional.of(Duration.ofSeconds(5)), clock);
        calls.pauseFor(NOT_SAID, clock);
        assertEquals(Optional.of(Duration.ofSeconds(32)), calls.pause(clock));
        calls.pauseFor(Optional.of(Duration.ofSeconds(90)), clock);
        assertEquals(Optional.of(Duration.ofSeconds(90)), calls.pause(clock));
        calls.succeeded();
        assertEquals(Optional.of(Duration.ofSeconds(90)), calls.pause(clock), "one that was under way");
    }

    @Test
    @DisplayName("a clock that is set back does not make a pause longer than it was asked for")
    void pause_clockSetBack_isNoLonger() {
        calls.pauseFor(Optional.of(Duration.ofSeconds(5)), clock);
        clock.turn(Duration.ofHours(-1));
        assertEquals(Optional.of(Duration.ofSeconds(5)), calls.pause(clock));
        clock.turn(Duration.ofSeconds(2));
        assertEquals(Optional.of(Duration.ofSeconds(3)), calls.pause(clock));
        clock.turn(Duration.ofSeconds(3));
        assertEquals(Optional.empty(), calls.pause(clock));
    }

    @Test
    void pauseFor_clockSetBack_isNotTakenForOneThatWasUnderWay() {
        calls.pauseFor(Optional.of(Duration.ofSeconds(5)), clock);
        clock.turn(Duration.ofHours(-1));
        calls.pauseFor(Optional.of(Duration.ofSeconds(9)), clock);
        assertEquals(Optional.of(Duration.ofSeconds(9)), calls.pause(clock));
    }
}
