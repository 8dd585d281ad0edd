package io.waybill.inbound.topology;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobLog;
import io.waybill.contracts.MailboxKey;
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

    private final StageContext shared;
    private final StageMeters meters;
    private final JobTable table;
    private final WaitingRoom waiting;
    private final Settlements settled;
    private final Parking parking;
    private final Supplier<Instant> clock;
    private final Consumer<JobTable.Entry> submit;
    /** Mailboxes with rows on disk, of which there may be fewer in memory than there is room for. */
    private final Deque<MailboxKey> thin = new ArrayDeque<>();
    /** Whether more rows are to be released than there was time for. */
    private boolean releasing;
    /** What is in memory and was not looked at yet since something parked. */
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
        this.clock = clock;
        this.submit = submit;
    }

    /** Gives the row its place: parked, in memory and on its way, or on disk for want of room. */
    void place(Row row) {
        if (parkIfCaused(row)) {
            return;
        }
        if (hasRoom(row.mailbox()) && !mustQueue(row)) {
            run(row);
        } else {
            meters.overflowed();
            waiting.awaitRoom(row.in(new Row.State.Waiting(clock.get(), null)), clock.get());
        }
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

    private boolean hasRoom(MailboxKey mailbox) {
        int rows = table.of(mailbox);
        return rows < IN_MEMORY_AT_LEAST
                || (rows < IN_MEMORY_PER_MAILBOX && shared.dispatcher().hasRoom());
    }

    /** Keeps a row until its time, which was reckoned from now: by one reading of a clock that may be set back at any moment. */
    void await(Row row, Instant dueAt, Instant now) {
        waiting.await(row, dueAt, now);
    }

    /** Whether there is more to bring back than there was time or room for. */
    boolean isBusy() {
        return releasing || !waiting.ready().isEmpty() || !clock.get().isBefore(waiting.nextDue());
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
    boolean refill(MailboxKey mailbox) {
        if (!waiting.isReady(mailbox) || table.of(mailbox) > IN_MEMORY_PER_MAILBOX / 2) {
            return false;
        }
        long began = System.nanoTime();
        while (hasRoom(mailbox)) {
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

    /** To look costs next to nothing, to write what is parked does: so the time is looked at only then, and each row once. */
    private void withdrawSome() {
        long began = System.nanoTime();
        boolean inTime = true;
        while (inTime && !unlooked.isEmpty()) {
            JobTable.Entry entry = unlooked.removeFirst();
            if (entry.probes() == null && table.find(entry.work()).isPresent()) {
                Optional<ParkCause> cause = parking.causeOf(entry.row(), null);
                if (cause.isPresent() && shared.dispatcher().withdraw(entry.work())) {
                    table.remove(entry);
                    park(entry.row(), cause.get(), codeOf(entry.row()));
                    inTime = System.nanoTime() - began < BUDGET.toNanos();
                }
            }
        }
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
