package io.waybill.inbound.topology;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobLog;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.JobOutcome.Result;
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
    /** A drain may not hold the stream thread longer, nor apply more: poll and commit have their turn. */
    private static final Duration DRAIN_BUDGET = Duration.ofMillis(5);

    private static final int DRAIN_ITEMS = 1000;

    private static final Duration BUSY = Duration.ofMillis(20);
    /** Every fire of a punctuator makes a transaction: an idle task has one a second. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** How long a graceful stop waits for what runs before it interrupts it. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    /**
     * So often may one job have a cause park that then heals: an outage has each do so once at most, however long it lasts. From then on
     * the failure is the job's own: it is tried again like any other, and its neighbours wait for it no more.
     */
    private static final int ALARMS = 7;

    private final StageContext shared;
    private final StageMeters meters;

    private Reports reports;
    private JobTable table;
    private Parking parking;
    private Backlog backlog;
    private Settlements settled;
    private Cursors cursors;
    private Listings listings;
    private Deque<Bytes> left;

    private Quarantine quarantine;
    private Cancellable punctuator;
    private Duration cadence;
    private int partition;
    private Instant nextRound;
    private Instant stopBy;
    private boolean handedIn;

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
        WaitingRoom waiting =
                new WaitingRoom(context.getStateStore(Stores.WAITING), context.getStateStore(Stores.SCHEDULE));
        parking = new Parking(shared, waiting.causes(), now());
        settled = new Settlements(context.getStateStore(Stores.SETTLED), shared.settledHorizon());
        backlog = new Backlog(shared, meters, table, waiting, settled, parking, this::now, this::submit);
        cursors = new Cursors(context.getStateStore(Stores.CURSORS));
        listings = new Listings(shared, partition, table, waiting, settled, cursors);
        quarantine = null;
        left = new ArrayDeque<>();
        nextRound = Instant.EPOCH;
        stopBy = null;
        handedIn = false;
        shared.stopping().join(this);
        cadence = BUSY;
        punctuator = context.schedule(BUSY, PunctuationType.WALL_CLOCK_TIME, _ -> turn());
    }

    @Override
    public void process(Record<byte[], Step> record) {
        takeOver();
        settled.sawRecordOf(Instant.ofEpochMilli(record.timestamp()));
        switch (record.value()) {
            case Step.Admitted admitted -> admit(admitted.row());
            case Step.Changed changed -> listings.changed(changed, now(), backlog::place);
            case Step refused -> context().forward(record.withValue(refused));
        }
        drain();
        setCadence();
    }

    private void turn() {
        takeOver();
        takeUp();
        drain();
        Instant now = now();
        // The clock may be set back.
        if (!now.isBefore(nextRound) || nextRound.isAfter(now.plus(IDLE))) {
            nextRound = now.plus(IDLE);
            round(now);
        }
        if (stopBy == null) {
            backlog.bringBack(now, left.isEmpty());
        }
        if (shared.stopping().requested()) {
            stop(now);
        }
        setCadence();
    }

    /** What needs looking at once a second. */
    private void round(Instant now) {
        if (stopBy == null) {
            backlog.round(now);
        }
        settled.expire(now);
        shared.sightings().sweepNowAndThen();
    }

    // What comes in.

    private void admit(Row row) {
        listings.arrived(row.key());
        Instant now = now();
        if (row.state() instanceof Row.State.Waiting due && due.dueAt().isAfter(now)) {
            backlog.await(row, due.dueAt(), now);
            return;
        }
        backlog.place(row);
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
                if (row.isListing()) {
                    listings.anew(row, now).ifPresent(backlog::place);
                }
            }
            case Completion.Failed failed -> fail(entry, work, failed, now);
            case Completion.Listed listed -> listed(entry, work, listed, now);
        }
        if (stopBy == null) {
            backlog.ended(entry.row().mailbox(), work.completion(), now);
        }
    }

    private void fail(JobTable.Entry entry, Work work, Completion.Failed failed, Instant now) {
        Failure failure = failed.failure();
        meters.failure(failure.code());
        switch (failure.code().disposition()) {
            case RETRY -> {
                Row row = ended(entry, work, failure.code().name(), failed.handlers(), failure.asked());
                retry(entry, row, failure, now);
            }
            case PARK_MAILBOX, PARK_HANDLER -> park(entry, work, failed, now);
            case DEAD_LETTER ->
                deadLetter(entry, ended(entry, work, failure.code().name(), failed.handlers(), true), failure, now);
        }
    }

    private void park(JobTable.Entry entry, Work work, Completion.Failed failed, Instant now) {
        Failure failure = failed.failure();
        String code = failure.code().name();
        ParkCause cause = ParkCause.of(failed, entry.row().mailbox());
        boolean isNew = !parking.isActive(cause);
        // A probe never does: of two outages at once each may hand it over to the other, for as long as they last.
        boolean alarms = isNew && entry.probes() == null;
        if (alarms && entry.row().progress().alarms() >= ALARMS) {
            retry(entry, ended(entry, work, code, failed.handlers(), true), failure, now);
            return;
        }
        Row row = ended(entry, work, code, failed.handlers(), false);
        parking.park(cause, failure, cause.equals(entry.probes()), now);
        table.remove(entry);
        backlog.park(alarms ? row.with(row.progress().alarmed()) : row, cause, failure.code());
        if (isNew) {
            backlog.withdraw();
        }
    }

    private void retry(JobTable.Entry entry, Row row, Failure failure, Instant now) {
        Optional<Instant> next = shared.retries()
                .next(
                        failure,
                        row.progress().attemptsFor(failure.code()),
                        row.progress().triedSince(),
                        now,
                        shared.random());
        if (next.isEmpty()) {
            deadLetter(entry, row, failure, now);
            return;
        }
        Row waits = row.in(new Row.State.Waiting(next.get(), failure.code().name()));
        table.remove(entry);
        backlog.await(waits, next.get(), now);
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
        // A page that was read killed nobody.
        Row row = entry.row().with(Row.Deaths.NONE);
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
            backlog.park(entry.row(), cause.get(), null);
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
        while (!left.isEmpty() && System.nanoTime() - began < Backlog.BUDGET.toNanos()) {
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
        // What has ended is applied with the next turn.
        boolean runs = table.all().stream()
                .map(JobTable.Entry::work)
                .anyMatch(work -> shared.dispatcher().isRunning(work) || work.completion() != null);
        if (runs && now.isBefore(stopBy)) {
            return;
        }
        for (JobTable.Entry entry : List.copyOf(table.all())) {
            shared.dispatcher().abandon(entry.work());
            if (!(entry.row().state() instanceof Row.State.Queued)) {
                table.update(entry, entry.row().in(Row.QUEUED));
            }
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
        boolean busy = !table.isEmpty() || !left.isEmpty() || !quarantine.isOpen() || backlog.isBusy();
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
