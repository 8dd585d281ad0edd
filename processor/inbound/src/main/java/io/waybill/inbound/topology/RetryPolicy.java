package io.waybill.inbound.topology;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How often and how long a job is tried.
 *
 * @param maxAttempts of one generation
 * @param delay before the second attempt
 * @param factor by which the delay grows
 * @param maxDelay the longest
 * @param maxDuration how long a job is tried; what parks it has it tried anew
 */
public record RetryPolicy(int maxAttempts, Duration delay, double factor, Duration maxDelay, Duration maxDuration) {
    public static final RetryPolicy DEFAULTS =
            new RetryPolicy(8, Duration.ofSeconds(5), 3, Duration.ofMinutes(30), Duration.ofHours(72));

    /** The table of mailboxes may lag behind a pointer, but not for longer. */
    private static final RetryPolicy UNKNOWN_MAILBOX =
            new RetryPolicy(100, Duration.ofSeconds(2), 2, Duration.ofSeconds(60), Duration.ofMinutes(10));

    public RetryPolicy {
        if (maxAttempts < 1 || factor < 1 || delay.isNegative() || maxDelay.compareTo(delay) < 0) {
            throw new IllegalArgumentException("max-attempts and factor must be at least 1, max-delay at least delay");
        }
    }

    /**
     * When to try again; empty where it was the last time. Full jitter: any moment up to the delay, so that what failed together does
     * not come back together. What the other side asks for wins, up to the max duration: never sooner than that. A handler is taken at
     * its word; a provider that asks for a second each time must not use up all attempts within a minute, so the delay grows all the same.
     *
     * @param attempt the attempt that failed, from 1; it is not the last where nobody was asked
     */
    Optional<Instant> next(Failure failure, int attempt, Instant triedSince, Instant now, RandomGenerator random) {
        RetryPolicy policy = failure.code() == FailureCode.UNKNOWN_MAILBOX ? UNKNOWN_MAILBOX : this;
        boolean wasLast = failure.asked() && attempt >= policy.maxAttempts;
        if (wasLast || now.isAfter(triedSince.plus(policy.maxDuration))) {
            return Optional.empty();
        }
        Duration own = jittered(policy.delay(attempt), random);
        Duration wait = failure.retryAfter()
                .map(asked -> asked.plus(jittered(policy.delay, random)))
                .filter(asked -> failure.code() == FailureCode.HANDLER_FAILED || asked.compareTo(own) > 0)
                .orElse(own);
        Duration clamped = wait.compareTo(policy.maxDuration) > 0 ? policy.maxDuration : wait;
        return Optional.of(now.plus(clamped));
    }

    private Duration delay(int attempt) {
        double millis = delay.toMillis() * Math.pow(factor, attempt - 1);
        return Duration.ofMillis(Math.min((long) millis, maxDelay.toMillis()));
    }

    private static Duration jittered(Duration delay, RandomGenerator random) {
        return Duration.ofMillis((long) (random.nextDouble() * delay.toMillis()));
    }
}
