package io.waybill.inbound.topology;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobLog;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.Stage;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.JobAttempt;
import io.waybill.inbound.execute.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Where jobs run. The stream thread never waits here:
 *
 * <ol>
 *   <li>a new job gets its row, in memory or, where there is no room, on disk; the row is the acknowledgement;
 *   <li>the dispatcher runs it on a virtual thread and reports through {@link Reports}, from any thread;
 *   <li>the next drain, on the stream thread, applies the report: row, index, settled, cursor and outputs change together, in the
 *       task's current transaction.
 * </ol>
 *
 * <p>Only the stream thread touches stores, context and counters. Streams reuses a processor: everything is built anew in {@link
 * #init}, and a report that belongs to work of an earlier life finds no entry and is dropped.
 */
final class ExecuteStage extends ContextualProcessor<byte[], Step, byte[], Step> {
    /** Rows of one mailbox in memory: enough to keep its permits busy, too few to push its neighbours onto the disk. */
    private static final int IN_MEMORY_PER_MAILBOX = 64;

    /** A drain may not hold the stream thread longer, nor apply more: poll and commit have their turn. */
    private static final Duration DRAIN_BUDGET = Duration.ofMillis(5);

    private static final int DRAIN_ITEMS = 1000;

    /** What waits in numbers, on disk or from an earlier owner, is brought back so long at a time: a transaction must end meanwhile. */
    private static final Duration BACKLOG_BUDGET = DRAIN_BUDGET.multipliedBy(4);

    private static final Duration BUSY = Duration.ofMillis(20);
    /** Every fire of a punctuator makes a transaction: an idle task has one a second. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** How long a graceful stop waits for what runs before it interrupts it. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private final StageContext shared;
    private final StageMeters meters;

    private Reports reports;
    private JobTable table;
    private WaitingRoom waiting;
    private Parking parking;
    private Settlements settled;
    private Cursors cursors;
    private Listings listings;
    private Deque<Bytes> left;
    /** Mailboxes with rows on disk, of which there may be fewer in memory than there is room for. */
    private Deque<MailboxKey> thin;

    private Quarantine quarantine;
    private Cancellable punctuator;
    private Duration cadence;
    private int partition;
    private Instant nextRound;
    private Instant stopBy;
    private boolean handedIn;
    /** Whether more rows are to be released than a turn had time for. */
    private boolean releasing;

    ExecuteStage(StageContext shared) {
        this.shared = shared;
        this.meters = new StageMeters(shared.meters());
    }

    @Override
    public void init(ProcessorContext<byte[], Step> context) {
        super.init(context);
        partition = context.taskId().partition();
        reports = new Reports(meters::lateCompletion);
        table = new JobTable(context.getStateStore(Stores.JOBS));
        waiting = new WaitingRoom(context.getStateStore(Stores.WAITING), context.getStateStore(Stores.SCHEDULE));
        parking = new Parking(shared, waiting.causes(), now());
        settled = new Settlements(context.getStateStore(Stores.SETTLED), shared.settledHorizon());
        cursors = new Cursors(context.getStateStore(Stores.CURSORS));
        listings = new Listings(shared, partition, table, waiting, settled, cursors);
        quarantine = null;
        left = new ArrayDeque<>();
        thin = new ArrayDeque<>();
        nextRound = Instant.EPOCH;
        stopBy = null;
        handedIn = false;
        releasing = false;
        shared.stopping().join(this);
        cadence = BUSY;
        punctuator = context.schedule(BUSY, PunctuationType.WALL_CLOCK_TIME, _ -> turn());
    }

    @Override
    public void process(Record<byte[], Step> record) {
        takeOver();
        switch (record.value()) {
            case Step.Admitted admitted -> admit(admitted.row());
            case Step.Changed changed -> listings.changed(changed, now(), this::run);
            case Step refused -> context().forward(record.withValue(refused));
        }
        drain();
        setCadence();
    }

    private void turn() {
        takeOver();
        takeUp();
        drain();
        takeDue();
        Instant now = now();
        // The clock may be set back.
        if (!now.isBefore(nextRound) || nextRound.isAfter(now.plus(IDLE))) {
            nextRound = now.plus(IDLE);
            round(now);
        }
        release();
        refillSome();
        if (shared.stopping().requested()) {
            stop(now);
        }
        setCadence();
    }

    /** What needs looking at once a second. */
    private void round(Instant now) {
        parking.resumed().forEach(parking::heal);
        withdrawPaused();
        if (thin.isEmpty()) {
            thin.addAll(waiting.ready());
        }
        parking.dueProbes(now).forEach(this::probe);
        settled.expire(now);
        shared.sightings().sweepNowAndThen();
    }

    // What comes in.

    private void admit(Row row) {
        listings.arrived(row.key());
        if (row.state() instanceof Row.State.Waiting due && due.dueAt().isAfter(now())) {
            waiting.await(row, due.dueAt());
            return;
        }
        run(row);
    }

    /** Gives the row its place: parked, in memory and on its way, or on disk for want of room. */
    private void run(Row row) {
        Optional<ParkCause> cause = parking.causeOf(row, null);
        if (cause.isPresent()) {
            park(row, cause.get(), codeOf(row));
        } else if (hasRoom(row.mailbox())) {
            submit(table.add(row.in(Row.QUEUED), null));
        } else {
            meters.overflowed();
            waiting.awaitRoom(row.in(new Row.State.Waiting(now(), null)), now());
        }
    }

    private boolean hasRoom(MailboxKey mailbox) {
        return table.of(mailbox) < IN_MEMORY_PER_MAILBOX && shared.dispatcher().hasRoom();
    }

    private void submit(JobTable.Entry entry) {
        Row row = entry.row();
        int permits = shared.directory()
                .find(row.mailbox())
                .map(box -> box.limits().permits())
                .orElse(1);
        Work work = new Work(
                new JobAttempt(
                        row.job(),
                        row.progress().generation(),
                        row.progress().attempt(),
                        row.progress().handlers(),
                        row.isListing() ? cursors.find(row.job()) : Optional.empty(),
                        row.isListing() ? Optional.ofNullable(row.listing().page()) : Optional.empty()),
                permits,
                quarantine.modeOf(row),
                reports);
        table.assign(entry, work);
        if (quarantine.isOpen() && stopBy == null) {
            shared.dispatcher().submit(work);
        }
    }

    // What comes back.

    /** Applies what was reported since the last drain. */
    private void drain() {
        long began = System.nanoTime();
        for (int i = 0; i < DRAIN_ITEMS && System.nanoTime() - began < DRAIN_BUDGET.toNanos(); i++) {
            Optional<Work> ended = reports.takeFinished();
            if (ended.isEmpty()) {
                break;
            }
            Work work = ended.get();
            meters.drained(work.sinceEnd());
            try {
                table.find(work).ifPresentOrElse(entry -> apply(entry, work), meters::lateCompletion);
            } finally {
                // Its permits are the process's, whatever becomes of this task.
                shared.dispatcher().applied(work);
            }
        }
        if (handedIn) {
            return;
        }
        mark();
        if (quarantine.proceed() && stopBy == null) {
            table.all().stream().map(JobTable.Entry::work).forEach(shared.dispatcher()::submit);
        }
    }

    /** A job that goes on running is written down as such, so that its process's death counts. */
    private void mark() {
        for (var work = reports.takeLongRunning(); work.isPresent(); work = reports.takeLongRunning()) {
            mark(work.get());
        }
        for (var work = reports.takeGated(); work.isPresent(); work = reports.takeGated()) {
            if (mark(work.get())) {
                // The next commit will do: to ask for one at each mark lets Streams do a record between two.
                quarantine.holdUntilCommitted(work.get());
            }
        }
    }

    private boolean mark(Work work) {
        Optional<JobTable.Entry> entry = table.find(work);
        entry.ifPresent(running -> table.update(
                running,
                running.row()
                        .in(new Row.State.Running(shared.life(), work.mode().isAlone()))));
        return entry.isPresent();
    }

    private void apply(JobTable.Entry entry, Work work) {
        Instant now = now();
        if (entry.probes() != null) {
            switch (ProbeVerdict.of(entry.probes(), work.completion(), entry.row())) {
                case HEALED -> parking.heal(entry.probes());
                case UNTOLD -> parking.probeAgainLater(entry.probes(), now);
                case PARKED -> {} // Told of with the failure.
            }
        }
        switch (work.completion()) {
            case Completion.Handled handled -> {
                Row row = ended(entry, work, null, handled.handlers(), true);
                settle(entry, row, Result.HANDLED, now);
                forward(row, new Step.Handled(row, now));
            }
            case Completion.Skipped skipped -> {
                Row row = ended(entry, work, skipped.code().name(), skipped.handlers(), true);
                settle(entry, row, Result.SKIPPED, now);
                forward(row, new Step.Skipped(row, skipped.code(), skipped.evidence(), now));
            }
            case Completion.Failed failed -> fail(entry, work, failed, now);
            case Completion.Listed listed -> listed(entry, work, listed, now);
        }
        refill(entry.row().mailbox());
    }

    private void fail(JobTable.Entry entry, Work work, Completion.Failed failed, Instant now) {
        Failure failure = failed.failure();
        meters.failure(failure.code());
        switch (failure.code().disposition()) {
            case RETRY -> {
                Row row = ended(entry, work, failure.code().name(), failed.handlers(), true);
                retry(entry, row, failure, now);
            }
            case PARK_MAILBOX, PARK_HANDLER -> {
                Row row = ended(entry, work, failure.code().name(), failed.handlers(), false);
                ParkCause cause = ParkCause.of(failed, row.mailbox());
                boolean isNew = parking.park(cause, failure, cause.equals(entry.probes()), now);
                table.remove(entry);
                park(row, cause, failure.code());
                if (isNew) {
                    withdraw(cause);
                }
            }
            case DEAD_LETTER ->
                deadLetter(entry, ended(entry, work, failure.code().name(), failed.handlers(), true), failure, now);
        }
    }

    private void retry(JobTable.Entry entry, Row row, Failure failure, Instant now) {
        Optional<Instant> next = shared.retries()
                .next(
                        failure,
                        row.progress().attemptsFor(failure.code()),
                        row.progress().firstSeen(),
                        now,
                        shared.random());
        if (next.isEmpty()) {
            deadLetter(entry, row, failure, now);
            return;
        }
        Row waits = row.in(new Row.State.Waiting(next.get(), failure.code().name()));
        table.remove(entry);
        waiting.await(waits, next.get());
        forward(waits, new Step.Retried(waits, failure, next.get()));
    }

    /** A listing is never a dead letter: the next tick lists again. */
    private void deadLetter(JobTable.Entry entry, Row row, Failure failure, Instant now) {
        settle(entry, row, Result.DEAD_LETTERED, now);
        if (row.isListing()) {
            JobLog.listingFailed(row.job(), failure);
        } else {
            forward(row, new Step.DeadLettered(row, failure, now));
        }
    }

    private void settle(JobTable.Entry entry, Row row, Result result, Instant now) {
        table.remove(entry);
        if (!row.isListing()) {
            settled.put(row.key(), Settlement.of(row, result, now));
            meters.outcome(result);
        }
    }

    /** One page: what nobody announced goes to the pointers, and the cursor moves with the last page, all in one transaction. */
    private void listed(JobTable.Entry entry, Work work, Completion.Listed listed, Instant now) {
        Row row = entry.row();
        listings.found(row, listed, work.ms(), now).forEach(job -> forward(row, new Step.Found(job)));
        if (listed.more().isPresent()) {
            goOn(entry, row.at(listed.more().get(), now));
        } else if (row.listing().again()) {
            goOn(entry, row.next(now));
        } else {
            table.remove(entry);
        }
    }

    /** A listing goes on with its next page, unless there is a reason by now why it must not. */
    private void goOn(JobTable.Entry entry, Row row) {
        table.update(entry, row);
        submitUnlessParked(entry);
    }

    private void submitUnlessParked(JobTable.Entry entry) {
        Optional<ParkCause> cause = parking.causeOf(entry.row(), null);
        if (cause.isPresent()) {
            table.remove(entry);
            park(entry.row(), cause.get(), null);
        } else {
            submit(entry);
        }
    }

    private static Row ended(
            JobTable.Entry entry, Work work, String code, Map<String, HandlerState> handlers, boolean spent) {
        // A process that lives on after an attempt that ran alone was not killed by it.
        Row row = work.mode().isAlone() ? entry.row().with(Row.Deaths.NONE) : entry.row();
        return row.with(row.progress()
                .ended(
                        new Attempt(
                                row.progress().attempt(),
                                work.startedAt() == null ? row.progress().firstSeen() : work.startedAt(),
                                work.ms(),
                                code),
                        handlers,
                        spent));
    }

    // What waits.

    private void takeDue() {
        Instant now = now();
        if (now.isBefore(waiting.nextDue()) || stopBy != null) {
            return;
        }
        long began = System.nanoTime();
        while (System.nanoTime() - began < DRAIN_BUDGET.toNanos()) {
            Optional<Row> row = waiting.takeDue(now);
            if (row.isEmpty()) {
                return;
            }
            run(row.get());
        }
    }

    /** Mailboxes of which nothing ends in memory have nobody else to bring their rows back. What an earlier owner had there goes first. */
    private void refillSome() {
        long began = System.nanoTime();
        while (left.isEmpty() && !thin.isEmpty() && System.nanoTime() - began < BACKLOG_BUDGET.toNanos()) {
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
        if (!waiting.isReady(mailbox) || stopBy != null || table.of(mailbox) > IN_MEMORY_PER_MAILBOX / 2) {
            return false;
        }
        long began = System.nanoTime();
        while (hasRoom(mailbox)) {
            if (System.nanoTime() - began > DRAIN_BUDGET.toNanos()) {
                return true;
            }
            Optional<Row> row = waiting.takeReady(mailbox);
            if (row.isEmpty()) {
                return false;
            }
            run(row.get());
        }
        return false;
    }

    private void park(Row row, ParkCause cause, FailureCode code) {
        if (cause.kind() == ParkCause.Kind.PAUSED) {
            parking.pause(cause);
        }
        waiting.park(row.in(new Row.State.Parked(cause, code == null ? null : code.name())), cause, now());
        JobLog.park(row.job(), row.progress().generation(), row.progress().attempt(), cause.toString(), code);
    }

    /** Queued jobs of a cause that just parked wait with it: a refused login must not be tried by each of them. */
    private void withdraw(ParkCause cause) {
        for (JobTable.Entry entry : List.copyOf(table.all())) {
            boolean concerned =
                    parking.causeOf(entry.row(), null).filter(cause::equals).isPresent();
            if (concerned && entry.probes() == null && shared.dispatcher().withdraw(entry.work())) {
                table.remove(entry);
                park(entry.row(), cause, codeOf(entry.row()));
            }
        }
    }

    /** What is queued of a mailbox that an operator paused meanwhile waits with the rest of it. */
    private void withdrawPaused() {
        long began = System.nanoTime();
        for (JobTable.Entry entry : List.copyOf(table.all())) {
            MailboxKey mailbox = entry.row().mailbox();
            boolean concerned = shared.directory().isPaused(mailbox) && entry.probes() == null;
            if (concerned && shared.dispatcher().withdraw(entry.work())) {
                table.remove(entry);
                park(entry.row(), ParkCause.paused(mailbox), codeOf(entry.row()));
            }
            if (System.nanoTime() - began > BACKLOG_BUDGET.toNanos()) {
                return;
            }
        }
    }

    /** One job goes ahead; those that another cause keeps from it wait for that one instead. */
    private void probe(ParkCause cause) {
        long began = System.nanoTime();
        while (stopBy == null) {
            if (System.nanoTime() - began > DRAIN_BUDGET.toNanos()) {
                parking.probeAgain(cause, now());
                return;
            }
            Optional<Row> row = waiting.takeParked(cause);
            if (row.isEmpty()) {
                parking.heal(cause);
                return;
            }
            Optional<ParkCause> other = parking.causeOf(row.get(), cause);
            if (other.isEmpty()) {
                submit(table.add(row.get().in(Row.QUEUED), cause));
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
                if (System.nanoTime() - began > DRAIN_BUDGET.toNanos()) {
                    releasing = true;
                    return;
                }
                Optional<Row> row = waiting.takeParked(cause);
                if (row.isEmpty()) {
                    break;
                }
                run(row.get());
            }
        }
    }

    private static FailureCode codeOf(Row row) {
        return row.state() instanceof Row.State.Parked parked && parked.code() != null
                ? FailureCode.valueOf(parked.code())
                : null;
    }

    // Beginning and end of this owner's time.

    /** Claims the task. Done with the first record or turn: init may neither forward nor be slow. */
    private void takeOver() {
        if (quarantine != null) {
            return;
        }
        quarantine = new Quarantine(shared, table.owner());
        table.claim(shared.life());
        context().commit();
        left = table.left();
        takeUp();
    }

    /**
     * Takes up what an earlier owner left, some milliseconds' worth at a time: the first of many shall not wait for the last. Until then
     * a row is known by the store, so that its job is a duplicate wherever it comes from.
     */
    private void takeUp() {
        if (!quarantine.isInformed()) {
            return;
        }
        long began = System.nanoTime();
        while (!left.isEmpty() && System.nanoTime() - began < BACKLOG_BUDGET.toNanos()) {
            table.left(left.removeFirst()).ifPresent(this::takeUp);
        }
    }

    private void takeUp(Row kept) {
        Row row = quarantine.judge(kept);
        meters.resurfaced();
        JobLog.resurface(
                row.job(),
                row.progress().generation(),
                row.progress().attempt(),
                row.deaths().among() + row.deaths().alone());
        JobTable.Entry entry = table.adopt(kept, row);
        if (quarantine.isGuilty(row)) {
            Failure failure = Failure.of(
                    FailureCode.JVM_INTERRUPTED, Stage.HANDLE, "twice the process died while this job ran alone");
            deadLetter(entry, row, failure, now());
        } else {
            submitUnlessParked(entry);
        }
    }

    /** Lets what runs finish for a while, then writes every running row back as queued. */
    private void stop(Instant now) {
        if (handedIn) {
            return;
        }
        if (stopBy == null) {
            stopBy = now.plus(STOP_GRACE);
            table.all().forEach(entry -> shared.dispatcher().withdraw(entry.work()));
        }
        boolean runs =
                table.all().stream().anyMatch(entry -> shared.dispatcher().isRunning(entry.work()));
        if (runs && now.isBefore(stopBy)) {
            return;
        }
        for (JobTable.Entry entry : List.copyOf(table.all())) {
            shared.dispatcher().abandon(entry.work());
            table.update(entry, entry.row().in(Row.QUEUED));
        }
        table.handIn();
        handedIn = true;
        context().commit();
        shared.stopping().leave(this);
    }

    @Override
    public void close() {
        List<Work> abandoned = new ArrayList<>();
        table.all().forEach(entry -> abandoned.add(entry.work()));
        abandoned.forEach(shared.dispatcher()::abandon);
        parking.close();
        shared.sightings().leave(partition);
        shared.stopping().leave(this);
        punctuator.cancel();
    }

    private void setCadence() {
        boolean busy = !table.isEmpty()
                || !left.isEmpty()
                || !quarantine.isOpen()
                || releasing
                || !waiting.ready().isEmpty();
        Duration wanted = busy ? BUSY : IDLE;
        if (!wanted.equals(cadence)) {
            punctuator.cancel();
            punctuator = context().schedule(wanted, PunctuationType.WALL_CLOCK_TIME, _ -> turn());
            cadence = wanted;
        }
    }

    private void forward(Row row, Step step) {
        context()
                .forward(new Record<>(
                        row.mailbox().bytes(), step, context().currentSystemTimeMs(), new RecordHeaders()));
    }

    private Instant now() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }
}
