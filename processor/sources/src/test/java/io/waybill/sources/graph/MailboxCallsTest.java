package io.waybill.sources.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sources.TurnedClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long a mailbox is left alone. */
class MailboxCallsTest {
    private static final Optional<Duration> NOT_SAID = Optional.empty();

    private final TurnedClock clock = new TurnedClock();
    private final MailboxCalls calls = new MailboxCalls(new Random(7));

    @Test
    @DisplayName("T9 without Retry-After the pauses are 1, 2, 4 … 60 s at most, and half of that at least")
    void pauseFor_notSaid_doublesUpToAMinute() {
        for (long seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60, 60)) {
            calls.pauseFor(NOT_SAID, clock);
            Duration pause = calls.pause(clock).orElseThrow();
            Duration longest = Duration.ofSeconds(seconds);
            assertTrue(pause.compareTo(longest) <= 0, pause + " instead of at most " + longest);
            assertTrue(pause.compareTo(longest.dividedBy(2)) >= 0, pause + " instead of at least half of " + longest);
            clock.turn(pause);
            assertEquals(Optional.empty(), calls.pause(clock));
        }
    }

    @Test
    void pauseFor_notSaid_isAnotherTimeForEachMailbox() {
        calls.pauseFor(NOT_SAID, clock);
        MailboxCalls other = new MailboxCalls(new Random(8));
        other.pauseFor(NOT_SAID, clock);
        assertTrue(!calls.pause(clock).equals(other.pause(clock)));
    }

    @Test
    @DisplayName("T9 a call that succeeds has the pauses begin anew")
    void succeeded_pausesBeginAnew() {
        MailboxCalls longest = new MailboxCalls(longest());
        for (int i = 0; i < 5; i++) {
            longest.pauseFor(NOT_SAID, clock);
            clock.turn(Duration.ofSeconds(60));
        }
        longest.succeeded();
        longest.pauseFor(NOT_SAID, clock);
        assertEquals(Optional.of(Duration.ofSeconds(1)), longest.pause(clock));
    }

    @Test
    void pauseFor_callsThatWereUnderWay_countOnce() {
        MailboxCalls longest = new MailboxCalls(longest());
        for (int i = 0; i < 4; i++) {
            longest.pauseFor(NOT_SAID, clock);
        }
        assertEquals(Optional.of(Duration.ofSeconds(1)), longest.pause(clock));
        clock.turn(Duration.ofSeconds(1));
        longest.pauseFor(NOT_SAID, clock);
        assertEquals(Optional.of(Duration.ofSeconds(2)), longest.pause(clock));
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

    /** Shortens nothing. */
    private static RandomGenerator longest() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException();
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
    }
}
