package io.waybill.sources.http;

import io.waybill.sources.MailboxPause;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/** The calls to one mailbox: as many at a time as the provider takes of one app, and none while it wants us to wait. */
public final class MailboxCalls {
    private final Semaphore free;
    private final MailboxPause pause;

    /**
     * @param atOnce beyond it the provider refuses calls
     * @param backoff how long to wait where the provider does not say, see {@link MailboxPause}
     */
    public MailboxCalls(int atOnce, IntFunction<Duration> backoff) {
        this.free = new Semaphore(atOnce, true);
        this.pause = new MailboxPause(backoff);
    }

    void enter() throws InterruptedException {
        free.acquire();
    }

    void leave() {
        free.release();
    }

    /** How long it still wants us to wait. */
    Optional<Duration> pause(Clock clock) {
        return pause.left(clock);
    }

    /**
     * A call was refused for now.
     *
     * @param asked how long the provider wants us to wait; never less, if it has said more before
     */
    void pauseFor(Optional<Duration> asked, Clock clock) {
        pause.refused(asked, clock);
    }

    /** A call was answered. */
    void succeeded() {
        pause.succeeded();
    }
}
