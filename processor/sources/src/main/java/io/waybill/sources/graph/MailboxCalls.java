package io.waybill.sources.graph;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/** The calls to one mailbox: as many at a time as Exchange takes of one app, and none while it wants us to wait. */
final class MailboxCalls {
    /** Beyond it Exchange answers 429, MailboxConcurrency. */
    private static final int AT_ONCE = 4;

    /** Where Graph does not say how long: at most so long at first, and twice as long each time until a call succeeds. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final Semaphore free = new Semaphore(AT_ONCE, true);
    private final RandomGenerator random;
    private Instant until = Instant.MIN;
    private Duration next = FIRST_PAUSE;

    MailboxCalls() {
        this(RandomGenerator.getDefault());
    }

    /** @param random shortens pauses, so that mailboxes of one app that were refused together do not come back together */
    MailboxCalls(RandomGenerator random) {
        this.random = random;
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
     * A call was answered with 429.
     *
     * @param asked how long Graph wants us to wait; never less, if it has said more before
     */
    synchronized void pauseFor(Optional<Duration> asked, Clock clock) {
        Instant now = clock.instant();
        if (asked.isEmpty() && now.isBefore(until)) {
            // Of a call that was under way when the pause began: the same refusal, told once more.
            return;
        }
        Instant end = now.plus(asked.orElseGet(this::nextPause));
        if (end.isAfter(until)) {
            until = end;
        }
    }

    /** A call was answered. */
    synchronized void succeeded() {
        next = FIRST_PAUSE;
    }

    private Duration nextPause() {
        Duration longest = next;
        Duration doubled = longest.multipliedBy(2);
        next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        return longest.dividedBy(2).plusMillis(random.nextLong(longest.toMillis() / 2 + 1));
    }
}
