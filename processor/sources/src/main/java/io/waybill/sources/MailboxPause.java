package io.waybill.sources;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** For how long a provider wants a mailbox to be left alone. */
public final class MailboxPause {
    private final IntFunction<Duration> backoff;
    private Instant since = Instant.MIN;
    private Instant until = Instant.MIN;
    private int refusals;

    /**
     * @param backoff how long to wait where the provider does not say, by how many calls it has refused since one succeeded; calls that
     *     were under way together count once
     */
    public MailboxPause(IntFunction<Duration> backoff) {
        this.backoff = backoff;
    }

    /**
     * At most 1, 2, 4 … s, and half of that at least.
     *
     * @param longest beyond it they do not grow
     * @param random so that mailboxes that were refused together do not come back together
     */
    public static Duration doubling(int refused, Duration longest, RandomGenerator random) {
        // 2^20 s is beyond every bound.
        long most = Math.min(1_000L << Math.min(refused, 20), longest.toMillis());
        return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
    }

    /** How long it still wants us to wait. */
    public synchronized Optional<Duration> left(Clock clock) {
        if (until.equals(Instant.MIN)) {
            return Optional.empty();
        }
        Duration left = Duration.between(reading(clock), until);
        return left.isPositive() ? Optional.of(left) : Optional.empty();
    }

    /**
     * A call was refused for now.
     *
     * @param asked how long the provider wants us to wait; never less, if it has said more before
     */
    public synchronized void refused(Optional<Duration> asked, Clock clock) {
        Instant now = reading(clock);
        if (asked.isEmpty() && now.isBefore(until)) {
            // Of a call that was under way when the pause began: the same refusal, told once more.
            return;
        }
        Instant end = now.plus(asked.orElseGet(() -> backoff.apply(refusals++)));
        if (end.isAfter(until)) {
            since = now;
            until = end;
        }
    }

    /** A clock that was set back must not make the pause longer by as much: what is left of it then is all of it, once more. */
    private Instant reading(Clock clock) {
        Instant now = clock.instant();
        if (now.isBefore(since)) {
            until = now.plus(Duration.between(since, until));
            since = now;
        }
        return now;
    }

    /** A call was answered. */
    public synchronized void succeeded() {
        refusals = 0;
    }

    /** Whether nothing is left of it: the next one would be as the first. */
    public synchronized boolean isOver(Clock clock) {
        return refusals == 0 && left(clock).isEmpty();
    }
}
