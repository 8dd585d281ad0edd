package io.waybill.inbound.execute;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome.HandlerState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts attempts, fairly: a virtual thread is started only when the mailbox, the tenant and the process all have a permit free, and
 * the turn goes round the tenants, then round each tenant's mailboxes. One for the whole process, shared by all Streams tasks.
 *
 * <p>Safe for use by many threads. Holds no lock while an attempt runs or a listener is called.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** After its deadline an attempt has this long to notice the interrupt before it is given up. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** How often deadlines are looked at. */
    private static final Duration TICK = Duration.ofMillis(250);

    /** How long the others hold back at first so that a suspect may run alone. */
    private static final Duration ALONE_PATIENCE = Duration.ofSeconds(10);

    /**
     * How long a process works before it lets a suspect run. One that dies sooner dies of something else, mostly of being killed over and
     * over: a suspect that always ran first would be there each time, and be blamed for it.
     */
    public static final Duration CALM = Duration.ofSeconds(5);

    /** So much longer it works before it lets one run that was alone when the last process died: the next such death condemns it. */
    private static final int CALM_BEFORE_LAST = 6;

    private final Permits permits;
    private final AttemptRunner runner;
    private final Clock clock;
    private final Duration calm;
    private final ThreadFactory threads;
    private final ScheduledExecutorService deadlines;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private final FairQueue queue;
    private final List<Work> alone = new ArrayList<>();
    private final Set<Work> running = new HashSet<>();
    /** What runs with nothing beside it; null for nothing. */
    private Work runsAlone;

    private final HoldBack others;
    private long firstSubmit;
    private boolean closed;

    public Dispatcher(Permits permits, AttemptRunner runner, Clock clock) {
        this(permits, runner, clock, CALM);
    }

    /** @param calm how long after its first work it lets a suspect run; {@link #CALM} unless the suspects are a test's */
    public Dispatcher(Permits permits, AttemptRunner runner, Clock clock, Duration calm) {
        this.permits = permits;
        this.runner = runner;
        this.clock = clock;
        this.calm = calm;
        this.queue = new FairQueue(permits.tenant());
        this.others = new HoldBack(ALONE_PATIENCE, permits.deadline().plus(GRACE), System::nanoTime);
        this.threads = Thread.ofVirtual().name("job-", 0).factory();
        this.deadlines = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("job-deadlines").factory());
        var _ = deadlines.scheduleAtFixedRate(this::tickOn, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Queues the work and starts what may start. */
    public void submit(Work work) {
        List<Work> started;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (firstSubmit == 0) {
                firstSubmit = System.nanoTime();
            }
            switch (work.mode()) {
                case ORDINARY, CAUTIOUS -> queue.add(work);
                case ALONE, LAST -> alone.add(work);
            }
            started = startable();
        } finally {
            lock.unlock();
        }
        started.forEach(this::start);
    }

    /** Takes back work that has not started; false where it has: then its end will be reported. */
    public boolean withdraw(Work work) {
        lock.lock();
        try {
            if (work.withdrawn || running.contains(work)) {
                return work.withdrawn;
            }
            boolean queued = queue.remove(work) || alone.remove(work);
            work.withdrawn = queued;
            return queued;
        } finally {
            lock.unlock();
        }
    }

    /** The owner has acted on a completion that holds the mailbox up: only now may other work of that mailbox start. */
    public void applied(Work work) {
        // Set before the owner was told of the end, and cleared by it alone. Most jobs hold nothing up and need no
        // lock.
        if (!work.awaitsOwner) {
            return;
        }
        List<Work> started;
        lock.lock();
        try {
            work.awaitsOwner = false;
            started = release(work);
        } finally {
            lock.unlock();
        }
        started.forEach(this::start);
    }

    /** Takes back queued work and interrupts running work whose result nobody wants any more; it reports nothing from now on. */
    public void abandon(Work work) {
        Thread thread;
        List<Work> started = List.of();
        lock.lock();
        try {
            work.withdrawn = true;
            queue.remove(work);
            alone.remove(work);
            thread = work.thread;
            if (work.awaitsOwner) {
                work.awaitsOwner = false;
                started = release(work);
            }
        } finally {
            lock.unlock();
        }
        started.forEach(this::start);
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** A tick that fails must not be the last. */
    private void tickOn() {
        try {
            tick();
        } catch (RuntimeException | Error failed) {
            LOG.atError().addKeyValue("cause", failed.getClass().getName()).log("deadlines_not_looked_at");
        }
    }

    /** Interrupts what is past its deadline, gives up what ignores that, and lets a suspect's turn come. */
    private void tick() {
        long now = System.nanoTime();
        List<Work> givenUp = new ArrayList<>();
        List<Work> started;
        lock.lock();
        try {
            for (Work work : running) {
                long over = work.runsFor(now) - permits.deadline().toNanos();
                if (over > 0 && work.thread != null) {
                    work.thread.interrupt();
                }
                if (over > GRACE.toNanos() && work.completion() == null && !work.givenUp) {
                    work.givenUp = true;
                    ranAlone(work);
                    givenUp.add(work);
                }
            }
            started = startable();
        } finally {
            lock.unlock();
        }
        started.forEach(this::start);
        givenUp.forEach(work -> report(work, overdue(work, work.progress().handlers())));
    }

    /** Attempts that run now. */
    public int running() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it has a thread. */
    public boolean isRunning(Work work) {
        lock.lock();
        try {
            return running.contains(work);
        } finally {
            lock.unlock();
        }
    }

    /** Attempts that wait for a permit. */
    public int queued() {
        lock.lock();
        try {
            return queue.size() + alone.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether more may be queued in memory; what is beyond waits on disk. */
    public boolean hasRoom() {
        lock.lock();
        try {
            return running.size() + queue.size() + alone.size() < permits.inMemory();
        } finally {
            lock.unlock();
        }
    }

    public Permits permits() {
        return permits;
    }

    /** Called with the lock held: takes permits for everything that may start now. */
    private List<Work> startable() {
        List<Work> started = new ArrayList<>();
        if (closed || runsAlone != null) {
            return started;
        }
        if (alone.isEmpty()) {
            others.forget();
        }
        Optional<Work> suspect = suspect();
        if (suspect.isPresent() && (queue.size() == 0 || others.holds())) {
            // What was given up keeps its permits until its thread ends, which may be never: nobody waits for that.
            if (running.stream().allMatch(work -> work.givenUp)) {
                runsAlone = suspect.get();
                alone.remove(runsAlone);
                started.add(take(runsAlone));
            }
            return started;
        }
        while (running.size() < permits.process()) {
            Optional<Work> next = queue.take();
            if (next.isEmpty()) {
                break;
            }
            started.add(take(next.get()));
        }
        return started;
    }

    /** The suspect whose turn it is, if the process has worked for long enough. */
    private Optional<Work> suspect() {
        if (alone.isEmpty()) {
            return Optional.empty();
        }
        Duration worked = Duration.ofNanos(System.nanoTime() - firstSubmit);
        return alone.stream()
                .filter(work ->
                        worked.compareTo(work.mode() == Work.Mode.LAST ? calm.multipliedBy(CALM_BEFORE_LAST) : calm)
                                >= 0)
                .findFirst();
    }

    private Work take(Work work) {
        running.add(work);
        work.thread = threads.newThread(() -> run(work));
        return work;
    }

    private void start(Work work) {
        work.thread.start();
    }

    private void run(Work work) {
        Completion completion = null;
        try {
            work.listener().onStarted(work);
            work.awaitGate();
            work.begin(clock.instant(), System.nanoTime());
            completion = afterDeadline(work, runner.run(work.attempt(), work.progress()));
        } catch (InterruptedException abandoned) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error bug) {
            completion = failed(work, bug);
        } finally {
            end(work, completion);
        }
    }

    /** Reports what its own thread does not. */
    private void report(Work work, Completion completion) {
        boolean wanted;
        lock.lock();
        try {
            wanted = accept(work, completion);
        } finally {
            lock.unlock();
        }
        tell(work, wanted);
    }

    /** Called with the lock held. The first report counts; one that comes after the attempt was given up or abandoned is dropped. */
    private static boolean accept(Work work, Completion completion) {
        boolean wanted = !work.withdrawn && work.completion() == null;
        if (wanted) {
            work.finish(completion, System.nanoTime());
            work.awaitsOwner = holdsUp(completion);
        }
        return wanted;
    }

    private static void tell(Work work, boolean wanted) {
        if (wanted) {
            work.listener().onFinished(work);
        } else {
            work.listener().onDropped(work);
        }
    }

    /**
     * The permits go back only when the thread is really done: what ignores its interrupt keeps what it holds. And where the mailbox is
     * about to be parked or left alone, only when its owner has acted: else the next job in the queue would try the refused login once more.
     *
     * @param completion null where it never began
     */
    private void end(Work work, Completion completion) {
        boolean wanted = false;
        List<Work> started = List.of();
        lock.lock();
        try {
            work.thread = null;
            if (completion != null) {
                wanted = accept(work, completion);
            }
            if (!work.awaitsOwner) {
                started = release(work);
            }
        } finally {
            lock.unlock();
        }
        if (completion != null) {
            tell(work, wanted);
        }
        started.forEach(this::start);
    }

    /** Called with the lock held. */
    private List<Work> release(Work work) {
        if (!running.remove(work)) {
            return List.of();
        }
        switch (work.mode()) {
            case ORDINARY, CAUTIOUS -> queue.release(work);
            case ALONE, LAST -> ranAlone(work);
        }
        return startable();
    }

    /** Called with the lock held: where it was this work that ran alone, the others have their time before the next that must. */
    private void ranAlone(Work work) {
        if (runsAlone == work) {
            runsAlone = null;
            others.ran();
        }
    }

    /** Whether it concerns the other jobs of its mailbox as well. */
    private static boolean holdsUp(Completion completion) {
        return completion instanceof Completion.Failed failed
                && switch (failed.failure().code().disposition()) {
                    case PARK_MAILBOX, PARK_HANDLER -> true;
                    case RETRY, DEAD_LETTER -> failed.failure().pause().isPresent();
                };
    }

    /** What fails after the interrupt failed because of it. */
    private Completion afterDeadline(Work work, Completion completion) {
        boolean late = work.runsFor(System.nanoTime()) >= permits.deadline().toNanos();
        return late && completion instanceof Completion.Failed failed ? overdue(work, failed.handlers()) : completion;
    }

    private static Completion overdue(Work work, Map<String, HandlerState> handlers) {
        Progress progress = work.progress();
        String at = progress.handler()
                .map(name -> ": the handler " + name + " was at work")
                .orElse("");
        return new Completion.Failed(
                Failure.of(
                        FailureCode.DEADLINE_EXCEEDED,
                        progress.stage(),
                        "the attempt did not end within its deadline" + at),
                handlers,
                Optional.empty());
    }

    /** The runner turns everything into a completion; what still escapes is a bug of ours, and may pass. */
    private static Completion failed(Work work, Throwable bug) {
        return new Completion.Failed(
                Failure.of(
                        FailureCode.SOURCE_ERROR,
                        work.progress().stage(),
                        "unexpected " + bug.getClass().getName()),
                work.progress().handlers(),
                Optional.empty());
    }

    @Override
    public void close() {
        List<Thread> interrupted = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (Work work : running) {
                work.withdrawn = true;
                if (work.thread != null) {
                    interrupted.add(work.thread);
                }
            }
        } finally {
            lock.unlock();
        }
        interrupted.forEach(Thread::interrupt);
        deadlines.shutdownNow();
    }
}
