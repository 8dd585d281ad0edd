package io.waybill.sources.graph;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The calls to one mailbox: as many at a time as Exchange takes of one app, and none while it wants us to wait. */
final class MailboxCalls {
    /** Beyond it Exchange answers 429, MailboxConcurrency. */
    private static final int AT_ONCE = 4;

    /** Where Graph does not say how long. */
    private static final Duration USUAL_PAUSE = Duration.ofSeconds(5);

    private final Semaphore free = new Semaphore(AT_ONCE, true);
    private volatile Instant until = Instant.MIN;

    void enter() throws InterruptedException {
        free.acquire();
    }

    void leave() {
        free.release();
    }

    /** How long it still wants us to wait. */
    Optional<Duration> pause(Clock clock) {
        Duration left = until.equals(Instant.MIN) ? Duration.ZERO : Duration.between(clock.instant(), until);
        return left.isPositive() ? Optional.of(left) : Optional.empty();
    }

    void pauseFor(Optional<Duration> asked, Clock clock) {
        until = clock.instant().plus(asked.orElse(USUAL_PAUSE));
    }
}
