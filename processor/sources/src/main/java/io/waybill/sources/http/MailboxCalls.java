package io.waybill.sources.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/** The calls to one mailbox: as many at a time as the provider takes of one app, and none while it wants us to wait. */
public final class MailboxCalls {
    private final Semaphore free;
    private final IntFunction<Duration> backoff;
    private Instant until = Instant.MIN;
    private int refusals;

    /**
     * @param atOnce beyond it the provider refuses calls
     * @param backoff how long to wait where the provider does not say, by how many calls it has refused since one succeeded; calls that
     *     were under way together count once
     */
    public MailboxCalls(int atOnce, IntFunction<Duration> backoff) {
        this.free = new Semaphore(atOnce, true);
        this.backoff = backoff;
    }

    void enter() throws InterruptedException {
        free.acquire();
    }

    void leave() {
        free.release();
    }

    /** How long it still wants us to wait. */
    synchronized Optional<Duration> pause(Clock clock) {
        Duration left = until.equals(Instant.MIN) ? Duration.ZERO : Duration.between(clock.instant(), until);
        return left.isPositive() ? Optional.of(left) : Optional.empty();
    }

    /**
     * A call was refused for now.
     *
     * @param asked how long the provider wants us to wait; never less, if it has said more before
     */
    synchronized void pauseFor(Optional<Duration> asked, Clock clock) {
        Instant now = clock.instant();
        if (asked.isEmpty() && now.isBefore(until)) {
            // Of a call that was under way when the pause began: the same refusal, told once more.
            return;
        }
        Instant end = now.plus(asked.orElseGet(() -> backoff.apply(refusals++)));
        if (end.isAfter(until)) {
            until = end;
        }
    }

    /** A call was answered. */
    synchronized void succeeded() {
        refusals = 0;
    }
}
