package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** When a job is tried again; of each random time the longest. */
class RetryPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException();
        }

        @Override
        public double nextDouble() {
            return 1;
        }
    };

    @Test
    void next_notAsked_growsUpToTheLongest() {
        assertEquals(Optional.of(Duration.ofSeconds(5)), wait(FailureCode.SOURCE_UNREACHABLE, 1, null));
        assertEquals(Optional.of(Duration.ofSeconds(45)), wait(FailureCode.SOURCE_UNREACHABLE, 3, null));
        assertEquals(Optional.of(Duration.ofMinutes(30)), wait(FailureCode.SOURCE_UNREACHABLE, 7, null));
        assertEquals(Optional.empty(), wait(FailureCode.SOURCE_UNREACHABLE, 8, null));
    }

    @Test
    void next_asked_isNeverSooner() {
        assertEquals(
                Optional.of(Duration.ofSeconds(605)), wait(FailureCode.SOURCE_THROTTLED, 1, Duration.ofMinutes(10)));
        assertEquals(
                Optional.of(Duration.ofSeconds(3_605)), wait(FailureCode.SOURCE_THROTTLED, 7, Duration.ofHours(1)));
        assertEquals(
                Optional.of(RetryPolicy.DEFAULTS.maxDuration()),
                wait(FailureCode.SOURCE_THROTTLED, 1, Duration.ofDays(30)));
    }

    @Test
    void next_askedForASecondEachTime_stillLastsAsLongAsAnOutageMay() {
        Duration all = Duration.ZERO;
        for (int attempt = 1; attempt < RetryPolicy.DEFAULTS.maxAttempts(); attempt++) {
            all = all.plus(wait(FailureCode.SOURCE_THROTTLED, attempt, Duration.ofSeconds(1))
                    .orElseThrow());
        }
        assertTrue(all.compareTo(Duration.ofHours(1)) > 0, all.toString());
    }

    @Test
    void next_handlerAsked_isTakenAtItsWord() {
        assertEquals(Optional.of(Duration.ofSeconds(12)), wait(FailureCode.HANDLER_FAILED, 7, Duration.ofSeconds(7)));
    }

    @Test
    void next_nobodyWasAsked_isNeverTheLast() {
        Failure leftAlone = new Failure(
                FailureCode.SOURCE_THROTTLED, Stage.FETCH, "left alone", Optional.of(Duration.ofMinutes(10)), false);
        int last = RetryPolicy.DEFAULTS.maxAttempts();
        assertTrue(RetryPolicy.DEFAULTS.next(leftAlone, last, NOW, NOW, LONGEST).isPresent());
        Instant tooLate = NOW.plus(RetryPolicy.DEFAULTS.maxDuration()).plusSeconds(1);
        assertTrue(
                RetryPolicy.DEFAULTS.next(leftAlone, 1, NOW, tooLate, LONGEST).isEmpty());
    }

    private static Optional<Duration> wait(FailureCode code, int attempt, Duration asked) {
        Failure failure = new Failure(code, Stage.FETCH, "as the test told", Optional.ofNullable(asked));
        return RetryPolicy.DEFAULTS.next(failure, attempt, NOW, NOW, LONGEST).map(next -> Duration.between(NOW, next));
    }
}
