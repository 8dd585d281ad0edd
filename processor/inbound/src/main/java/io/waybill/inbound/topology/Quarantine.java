package io.waybill.inbound.topology;

import io.waybill.inbound.execute.Work;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Finds the job that kills its process, and spares those that only ran beside it.
 *
 * <ul>
 *   <li>Nothing of a task runs before a commit says whose it is: so a death is noticed even where it struck within milliseconds.
 *   <li>After a death, a job runs only once a commit says that it runs: so the next death knows its suspects.
 *   <li>A job that ran during two deaths runs alone, in a process that has worked for a while; one that ran alone during two deaths is
 *       guilty. Before the second the process has worked for longer still: one that is killed over and over blames nobody.
 * </ul>
 *
 * <p>A task that moves between living processes and a graceful stop are no deaths. Belongs to the task's stream thread.
 */
final class Quarantine {
    /** How often a job's process may die before the job runs alone, and again before it is a dead letter. */
    private static final int DEATHS = 2;

    /** How long jobs run cautiously after a death: a killer that came back would have struck by then. */
    private static final Duration CAUTION = Duration.ofSeconds(60);

    private final StageContext shared;
    private final Optional<String> formerOwner;
    /** Nothing runs, and nothing is judged, before it is known. */
    private final CompletableFuture<Predicate<String>> alive;

    private final long beganNanos = System.nanoTime();
    private final long claimedAfter;
    private final Deque<Held> held = new ArrayDeque<>();
    private boolean open;

    private record Held(Work work, long after) {}

    /** @param formerOwner the process that owned the task and did not hand it in */
    Quarantine(StageContext shared, Optional<String> formerOwner) {
        this.shared = shared;
        this.formerOwner = formerOwner;
        this.alive = shared.lives().ask();
        this.claimedAfter = shared.commits().getAsLong();
    }

    /** Whether it is known who died: before that, nothing is to be judged. */
    boolean isInformed() {
        return alive.isDone();
    }

    /** The row as this owner takes it up: queued, and with one more death if its process died while it ran. */
    Row judge(Row left) {
        Row queued = left.in(Row.QUEUED);
        if (!(left.state() instanceof Row.State.Running running) || !died(running.life())) {
            return queued;
        }
        Row.Deaths deaths = left.deaths();
        return queued.with(
                running.alone()
                        ? new Row.Deaths(deaths.among(), deaths.alone() + 1)
                        : new Row.Deaths(Math.min(deaths.among() + 1, DEATHS), deaths.alone()));
    }

    boolean isGuilty(Row row) {
        return row.deaths().alone() >= DEATHS;
    }

    Work.Mode modeOf(Row row) {
        if (row.deaths().among() >= DEATHS) {
            return row.deaths().alone() == 0 ? Work.Mode.ALONE : Work.Mode.LAST;
        }
        boolean cautious = System.nanoTime() - beganNanos < CAUTION.toNanos() && isUnclean();
        return cautious || row.deaths().among() > 0 ? Work.Mode.CAUTIOUS : Work.Mode.ORDINARY;
    }

    /** Whether anything may run. */
    boolean isOpen() {
        return open;
    }

    /** The job goes on when a commit covers the row that says it runs. */
    void holdUntilCommitted(Work work) {
        held.add(new Held(work, shared.commits().getAsLong()));
    }

    /** Lets go on what a commit covers by now; true in the one moment in which the task opens. */
    boolean proceed() {
        long commits = shared.commits().getAsLong();
        while (!held.isEmpty() && commits > held.getFirst().after()) {
            held.removeFirst().work().proceed();
        }
        if (!open && commits > claimedAfter && isInformed()) {
            open = true;
            return true;
        }
        return false;
    }

    private boolean isUnclean() {
        return !isInformed() || formerOwner.filter(this::died).isPresent();
    }

    private boolean died(String life) {
        return !life.equals(shared.life()) && !alive.join().test(life);
    }
}
