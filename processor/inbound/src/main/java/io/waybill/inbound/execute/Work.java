package io.waybill.inbound.execute;

import io.waybill.contracts.MailboxKey;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One attempt on its way through the {@link Dispatcher}: queued, started, finished or withdrawn, once. Handed back to its owner's
 * {@link Listener} from the dispatcher's threads.
 */
public final class Work {
    /** Hears what becomes of work, on threads that must not be held: it only puts the news into a queue. */
    public interface Listener {
        /** A virtual thread took it up. Where {@link Work#mustWait}, the thread waits for {@link Work#proceed}. */
        void onStarted(Work work);

        /** It ended; {@link Work#completion} and the rest is set. */
        void onFinished(Work work);

        /** A result of it came when nobody wanted one any more: it was abandoned, or given up before. */
        void onDropped(Work work);
    }

    /** How much of the machine an attempt wants. */
    public enum Mode {
        /** Beside others, at once. */
        ORDINARY,
        /** Beside others, but only after the owner made it known that it runs. */
        CAUTIOUS,
        /** Cautious, and with nothing else running in the process, once it has worked for a while. */
        ALONE,
        /** The same, but only in a process that has worked for longer than one that is killed over and over does. */
        LAST;

        /** Whether nothing else runs beside it. */
        public boolean isAlone() {
            return switch (this) {
                case ORDINARY, CAUTIOUS -> false;
                case ALONE, LAST -> true;
            };
        }
    }

    private final JobAttempt attempt;
    private final int mailboxPermits;
    private final Mode mode;
    private final Listener listener;
    private final CountDownLatch gate;
    private final Progress progress;

    // Guarded by the dispatcher's lock.
    Thread thread;
    boolean withdrawn;
    /** Also read without it by the owner, who was told of the end after this was set. */
    boolean awaitsOwner;
    /** It was reported as overdue, and its thread runs on. */
    boolean givenUp;

    // Written before the listener is called, read after.
    private volatile Instant startedAt;
    private volatile long startedNanos;
    private volatile long endedNanos;
    private volatile long ms;
    private volatile Completion completion;

    public Work(JobAttempt attempt, int mailboxPermits, Mode mode, Listener listener) {
        this.attempt = attempt;
        this.mailboxPermits = mailboxPermits;
        this.mode = mode;
        this.listener = listener;
        this.gate = new CountDownLatch(mode == Mode.ORDINARY ? 0 : 1);
        this.progress = new Progress(attempt.handlers());
    }

    public JobAttempt attempt() {
        return attempt;
    }

    public Mode mode() {
        return mode;
    }

    /** Whether the started attempt waits until its owner calls {@link #proceed}. */
    public boolean mustWait() {
        return gate.getCount() > 0;
    }

    /** Lets a cautious attempt go on. */
    public void proceed() {
        gate.countDown();
    }

    /** When it began; null before, and where it was given up before. */
    public Instant startedAt() {
        return startedAt;
    }

    /** How long it took, in milliseconds. */
    public long ms() {
        return ms;
    }

    /** How long ago it ended. */
    public Duration sinceEnd() {
        return Duration.ofNanos(System.nanoTime() - endedNanos);
    }

    /** How it ended; null before. */
    public Completion completion() {
        return completion;
    }

    Progress progress() {
        return progress;
    }

    MailboxKey mailbox() {
        return attempt.job().mailbox();
    }

    int mailboxPermits() {
        return mailboxPermits;
    }

    Listener listener() {
        return listener;
    }

    void awaitGate() throws InterruptedException {
        gate.await();
    }

    void begin(Instant at, long nanos) {
        startedNanos = nanos;
        startedAt = at;
    }

    /** How long it has been running, in nanoseconds; 0 before it began. */
    long runsFor(long nanos) {
        return startedAt == null ? 0 : nanos - startedNanos;
    }

    void finish(Completion how, long nanos) {
        endedNanos = nanos;
        ms = TimeUnit.NANOSECONDS.toMillis(runsFor(nanos));
        completion = how;
    }
}
