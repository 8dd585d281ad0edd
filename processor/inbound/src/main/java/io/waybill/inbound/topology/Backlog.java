package io.waybill.inbound.topology;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobLog;
import io.waybill.contracts.MailboxKey;
import io.waybill.inbound.execute.Completion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where a row has its place, and what brings those back that wait on disk: their time, room in memory, or the end of what parks them. However
 * many there are, each step moves some milliseconds' worth: one that outlasts its transaction is undone and begun again, for ever. Belongs
 * to one task's stream thread.
 */
final class Backlog {
    /** What waits in numbers, on disk or from an earlier owner, is brought back so long at a time: a transaction must end meanwhile. */
    static final Duration BUDGET = Duration.ofMillis(20);

    /** The share of one mailbox or cause in that. */
    private static final Duration SHARE = BUDGET.dividedBy(4);

    /**
     * Rows of one mailbox in memory: twice the permits that one may have, since they are made up when half of them are gone; too few to
     * push its neighbours onto the disk.
     */
    private static final int IN_MEMORY_PER_MAILBOX = 128;

    /** So many of each are in memory even where there is no room: else who fills it would keep all others on the disk. */
    private static final int IN_MEMORY_AT_LEAST = 4;

    private static final String THROTTLED = FailureCode.SOURCE_THROTTLED.name();

    private final StageContext shared;
    private final StageMeters meters;
    private final JobTable table;
    private final WaitingRoom waiting;
    private final Settlements settled;
    private final Parking parking;
    private final Throttles throttles;
    private final Supplier<Instant> clock;
    private final Consumer<JobTable.Entry> submit;
    /** Mailboxes with rows on disk, of which there may be fewer in memory than there is room for. */
    private final Deque<MailboxKey> thin = new ArrayDeque<>();
    /** Whether more rows are to be released than there was time for. */
    private boolean releasing;
    /** What is in memory and was not looked at yet since something parked, or a mailbox is left alone. */
    private final Deque<JobTable.Entry> unlooked = new ArrayDeque<>();

    /** @param submit sets a row in memory on its way */
    Backlog(
            StageContext shared,
            StageMeters meters,
            JobTable table,
            WaitingRoom waiting,
            Settlements settled,
            Parking parking,
            Supplier<Instant> clock,
            Consumer<JobTable.Entry> submit) {
        this.shared = shared;
        this.meters = meters;
        this.table = table;
        this.waiting = waiting;
        this.settled = settled;
        this.parking = parking;
        this.throttles = new Throttles(shared.retries().maxDelay());
        this.clock = clock;
        this.submit = submit;
    }

    /** Gives the row its place: parked, in memory and on its way, or on disk while its mailbox is left alone or for want of room. */
    void place(Row row) {
        if (parkIfCaused(row)) {
            return;
        }
        Instant now = clock.get();
        if (isLeftAlone(row, now)) {
            waiting.awaitTurn(row.in(new Row.State.Waiting(now, THROTTLED)), now);
        } else if (hasRoom(row.mailbox(), now) && !mustQueue(row)) {
            run(row);
        } else {
            meters.overflowed();
            waiting.awaitTurn(row.in(new Row.State.Waiting(now, null)), now);
        }
    }

    /** There is one listing for a folder, and it asks for itself: behind thousands of jobs it would come too late. */
    private boolean isLeftAlone(Row row, Instant now) {
        return !row.isListing() && throttles.of(row.mailbox(), now) == Throttles.Phase.LEFT_ALONE;
    }

    /**
     * Whether it has to wait behind those of its mailbox that are on disk. While they keep coming as fast as they are done, each newcomer
     * would take the place of the one that has just ended, and those on disk would never have their turn.
     */
    private boolean mustQueue(Row row) {
        return !row.isListing()
                && waiting.isReady(row.mailbox())
                && table.of(row.mailbox()) >= IN_MEMORY_PER_MAILBOX / 2;
    }

    private void run(Row row) {
        submit.accept(table.add(row.in(Row.QUEUED), null));
    }

    private boolean hasRoom(MailboxKey mailbox, Instant now) {
        int rows = table.of(mailbox);
        return rows < IN_MEMORY_AT_LEAST
                || (rows < IN_MEMORY_PER_MAILBOX
                        && throttles.of(mailbox, now) != Throttles.Phase.TRIED
                        && shared.dispatcher().hasRoom());
    }

    /** Keeps a row until its time, which was reckoned from now: by one reading of a clock that may be set back at any moment. */
    void await(Row row, Instant dueAt, Instant now) {
        waiting.await(row, dueAt, now);
    }

    /** Whether there is more to bring back than there was time or room for. */
    boolean isBusy() {
        Instant now = clock.get();
        return releasing
                || !now.isBefore(waiting.nextDue())
                || waiting.ready().stream()
                        .anyMatch(mailbox -> throttles.of(mailbox, now) != Throttles.Phase.LEFT_ALONE);
    }

    /** What needs looking at once a second. */
    void round(Instant now) {
        parking.resumed().forEach(parking::heal);
        if (unlooked.isEmpty()) {
            // What is queued of a mailbox that an operator paused meanwhile waits with the rest of it.
            withdraw();
        }
        if (thin.isEmpty()) {
            thin.addAll(waiting.ready());
        }
        throttles.forget(now, mailbox -> !waiting.isReady(mailbox));
        probeSome(now);
        waiting.mendDueTimes(now);
    }

    /** @param alsoForRoom whether what waits for room has its turn, or what an earlier owner had in memory goes first */
    void bringBack(Instant now, boolean alsoForRoom) {
        takeDue(now);
        release();
        withdrawSome();
        if (alsoForRoom) {
            refillSome();
        }
    }

    private void takeDue(Instant now) {
        if (now.isBefore(waiting.nextDue())) {
            return;
        }
        long began = System.nanoTime();
        while (System.nanoTime() - began < SHARE.toNanos()) {
            Optional<Row> row = waiting.takeDue(now);
            if (row.isEmpty()) {
                return;
            }
            if (!isOutlived(row.get())) {
                place(row.get());
            }
        }
    }

    /**
     * Whether the row's job went on without it. A process that comes back after days with its state directory may have missed that
     * another one took the row: the tombstone of it is gone by then. What ended must not begin anew, and what is in memory has its row
     * there.
     */
    private boolean isOutlived(Row row) {
        boolean outlived = table.contains(row.key()) || (!row.isListing() && settled.hasEnded(row));
        if (outlived) {
            meters.outlived();
        }
        return outlived;
    }

    /**
     * A job of the mailbox has ended: there may be room for the next one. Or there is to be none for a while: what is queued must not be told
     * one by one that the provider wants to be left alone.
     */
    void ended(MailboxKey mailbox, Completion completion, Instant now) {
        if (completion instanceof Completion.Failed failed && failed.failure().code() == FailureCode.SOURCE_THROTTLED) {
            if (throttles.leaveAlone(mailbox, failed.failure().retryAfter().orElse(Duration.ZERO), now)) {
                withdraw();
            }
        } else {
            throttles.answered(mailbox, now);
        }
        refill(mailbox);
    }

    /** Mailboxes of which nothing ends in memory have nobody else to bring their rows back. */
    private void refillSome() {
        long began = System.nanoTime();
        while (!thin.isEmpty() && System.nanoTime() - began < BUDGET.toNanos()) {
            MailboxKey mailbox = thin.removeFirst();
            if (refill(mailbox)) {
                thin.addLast(mailbox);
            }
        }
    }

    /**
     * Brings rows of a mailbox back from the disk while there is room for them. Where something parks them they take none, and all of them
     * go on to wait for that, however many: not in one go.
     *
     * @return whether there was more to do than time
     */
    private boolean refill(MailboxKey mailbox) {
        Instant now = clock.get();
        if (!waiting.isReady(mailbox)
                || table.of(mailbox) > IN_MEMORY_PER_MAILBOX / 2
                || throttles.of(mailbox, now) == Throttles.Phase.LEFT_ALONE) {
            return false;
        }
        long began = System.nanoTime();
        while (hasRoom(mailbox, now)) {
            if (System.nanoTime() - began > SHARE.toNanos()) {
                return true;
            }
            Optional<Row> row = waiting.takeReady(mailbox);
            if (row.isEmpty()) {
                return false;
            }
            if (!isOutlived(row.get()) && !parkIfCaused(row.get())) {
                run(untried(row.get()) ? released(row.get()) : row.get());
            }
        }
        return false;
    }

    /** Whether something parks the row: then it waits for that from now on. */
    private boolean parkIfCaused(Row row) {
        Optional<ParkCause> cause = parking.causeOf(row, null);
        cause.ifPresent(found -> park(row, found, codeOf(row)));
        return cause.isPresent();
    }

    void park(Row row, ParkCause cause, FailureCode code) {
        if (cause.kind() == ParkCause.Kind.PAUSED) {
            parking.pause(cause);
        }
        waiting.park(row.in(new Row.State.Parked(cause, code == null ? null : code.name())), cause, clock.get());
        JobLog.park(row.job(), row.progress().generation(), row.progress().attempt(), cause.toString(), code);
    }

    /**
     * Queued jobs of a cause that parked wait with it: a refused login must not be tried by each of them. A mailbox's are done at once;
     * those of a handler may be all that there are, and take some turns.
     */
    void withdraw() {
        unlooked.clear();
        unlooked.addAll(table.all());
        withdrawSome();
    }

    /** To look costs next to nothing, to write what waits does: so the time is looked at only then, and each row once. */
    private void withdrawSome() {
        long began = System.nanoTime();
        boolean inTime = true;
        while (inTime && !unlooked.isEmpty()) {
            JobTable.Entry entry = unlooked.removeFirst();
            if (entry.probes() == null && table.find(entry.work()).isPresent() && withdraw(entry)) {
                inTime = System.nanoTime() - began < BUDGET.toNanos();
            }
        }
    }

    /** Whether the row had to go, and was still there to be taken back. */
    private boolean withdraw(JobTable.Entry entry) {
        Row row = entry.row();
        Instant now = clock.get();
        Optional<ParkCause> cause = parking.causeOf(row, null);
        boolean mayStay = cause.isEmpty() && !isLeftAlone(row, now);
        if (mayStay || !shared.dispatcher().withdraw(entry.work())) {
            return false;
        }
        table.remove(entry);
        if (cause.isPresent()) {
            park(row, cause.get(), codeOf(row));
        } else {
            // Ahead of all that have never been in memory.
            waiting.awaitTurn(
                    row.in(new Row.State.Waiting(now, THROTTLED)),
                    row.progress().firstSeen());
        }
        return true;
    }

    /** Of hundreds of causes each may have its share to do: those that time does not reach are the first of the next round. */
    private void probeSome(Instant now) {
        List<ParkCause> due = parking.dueProbes(now);
        long began = System.nanoTime();
        for (ParkCause cause : due) {
            if (System.nanoTime() - began < BUDGET.toNanos()) {
                probe(cause);
            } else {
                parking.leaveDue(cause);
            }
        }
    }

    /** One job goes ahead; those that another cause keeps from it wait for that one instead. */
    private void probe(ParkCause cause) {
        long began = System.nanoTime();
        while (true) {
            if (System.nanoTime() - began > SHARE.toNanos()) {
                parking.probeAgain(cause, clock.get());
                return;
            }
            Optional<Row> row = waiting.takeParked(cause);
            if (row.isEmpty()) {
                parking.heal(cause);
                return;
            }
            if (isOutlived(row.get())) {
                continue;
            }
            Optional<ParkCause> other = parking.causeOf(row.get(), cause);
            if (other.isEmpty()) {
                submit.accept(table.add(released(row.get()).in(Row.QUEUED), cause));
                return;
            }
            park(row.get(), other.get(), codeOf(row.get()));
        }
    }

    /** Rows whose cause healed go on, some milliseconds' worth at a time. */
    private void release() {
        long began = System.nanoTime();
        releasing = false;
        for (ParkCause cause : List.copyOf(waiting.causes())) {
            while (!parking.isActive(cause)) {
                if (System.nanoTime() - began > SHARE.toNanos()) {
                    releasing = true;
                    return;
                }
                Optional<Row> row = waiting.takeParked(cause);
                if (row.isEmpty()) {
                    break;
                }
                if (!isOutlived(row.get())) {
                    place(released(row.get()));
                }
            }
        }
    }

    /** The patience with a job begins with its first attempt, however long it waited for room. */
    private static boolean untried(Row row) {
        return row.progress().attempts().isEmpty();
    }

    private Row released(Row row) {
        return row.with(row.progress().released(clock.get()));
    }

    private static FailureCode codeOf(Row row) {
        return row.state() instanceof Row.State.Parked parked && parked.code() != null
                ? FailureCode.valueOf(parked.code())
                : null;
    }
}
