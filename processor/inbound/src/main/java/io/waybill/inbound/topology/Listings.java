package io.waybill.inbound.topology;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.JobLog;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.inbound.execute.Completion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which folders are to be listed, once each however often they are said to have changed, and what of a page is new. Belongs to one task's
 * stream thread.
 */
final class Listings {
    /** What listing found and was not read back yet, as far as it is remembered: some pages of each mailbox that is listed. */
    private static final int UNDER_WAY = 10_000;

    private final StageContext shared;
    private final int partition;
    private final JobTable table;
    private final WaitingRoom waiting;
    private final Settlements settled;
    private final Cursors cursors;
    private final Set<RowKey> underWay = new HashSet<>();

    Listings(
            StageContext shared,
            int partition,
            JobTable table,
            WaitingRoom waiting,
            Settlements settled,
            Cursors cursors) {
        this.shared = shared;
        this.partition = partition;
        this.table = table;
        this.waiting = waiting;
        this.settled = settled;
        this.cursors = cursors;
    }

    // What is to be listed.

    /**
     * A mailbox changed. A listing that has not begun will see it; one that runs is told to begin again.
     *
     * @param begin gets a row for each folder that nobody was about to list
     */
    void changed(Step.Changed changed, Instant now, Consumer<Row> begin) {
        ChangesPointer pointer = (ChangesPointer) changed.job().pointer();
        if (pointer.folder() != null) {
            changed(changed.job(), changed.value(), changed.origin(), now).ifPresent(begin);
            return;
        }
        List<String> folders = shared.directory()
                .find(changed.job().mailbox())
                .map(box -> box.source().folders())
                .orElse(List.of());
        for (String folder : folders) {
            PointerJob job = PointerJob.of(
                    changed.job().mailbox(),
                    changed.job().incarnation(),
                    new ChangesPointer(pointer.reason(), folder, pointer.hint()),
                    changed.job().enqueuedAt());
            changed(job, PointerJobCodec.encode(job), changed.origin(), now).ifPresent(begin);
        }
    }

    private Optional<Row> changed(PointerJob job, byte[] value, Origin origin, Instant now) {
        RowKey key = RowKey.of(job);
        String hint = ((ChangesPointer) job.pointer()).hint();
        Optional<JobTable.Entry> open = table.find(key);
        if (open.isPresent()) {
            boolean begun = open.get().work().startedAt() != null;
            again(open.get().row(), begun, hint).ifPresent(row -> table.update(open.get(), row));
            return Optional.empty();
        }
        Optional<Row> kept = waiting.find(key);
        if (kept.isPresent()) {
            again(kept.get(), false, hint).ifPresent(waiting::update);
            return Optional.empty();
        }
        Optional<Row> left = table.left(key.bytes());
        if (left.isPresent()) {
            // An earlier owner's, which is about to be taken up: two rows of one key would be in each other's way.
            again(left.get(), false, hint).ifPresent(table::rewrite);
            return Optional.empty();
        }
        return Optional.of(
                new Row(job, value, origin, Row.Progress.first(now), Row.Deaths.NONE, Row.Listing.FIRST, Row.QUEUED));
    }

    /** The row of a listing that must come once more for what changes now; empty where it will see that, or is told of it already. */
    private static Optional<Row> again(Row row, boolean begun, String hint) {
        Row.Listing again = row.listing().andAgain(hint);
        return row.sees(begun) || again.equals(row.listing()) ? Optional.empty() : Optional.of(row.with(again));
    }

    /** The listing of a mailbox's earlier incarnation has ended, and may have stood in the way of one that was to begin. */
    Optional<Row> anew(Row superseded, Instant now) {
        ChangesPointer pointer = (ChangesPointer) superseded.job().pointer();
        return shared.directory()
                .find(superseded.mailbox())
                .filter(box -> !box.removed()
                        && !box.incarnation().equals(superseded.job().incarnation())
                        && box.source().folders().contains(pointer.folder()))
                .flatMap(box -> {
                    PointerJob job =
                            PointerJob.of(box, new ChangesPointer(pointer.reason(), pointer.folder(), null), now);
                    return changed(job, PointerJobCodec.encode(job), superseded.origin(), now);
                });
    }

    // What was found.

    /**
     * A page was read: its cursor is put down, if it is the last.
     *
     * @param ms how long it took
     * @return jobs of messages that are neither open nor settled
     */
    List<PointerJob> found(Row row, Completion.Listed page, long ms, Instant now) {
        List<PointerJob> fresh = new ArrayList<>();
        int missing = 0;
        for (var pointer : page.found()) {
            PointerJob job = PointerJob.of(row.mailbox(), row.job().incarnation(), pointer, now);
            RowKey key = RowKey.of(job);
            if (table.find(key).isEmpty() && waiting.find(key).isEmpty() && !settled.contains(key)) {
                // A push with a hint announced all up to there, although it names none.
                missing += isNew(key) && row.hint() == null ? 1 : 0;
                fresh.add(job);
            }
        }
        shared.sightings().found(partition, row.mailbox(), missing);
        page.cursor().ifPresent(cursor -> {
            cursors.put(row.job(), cursor);
            shared.sightings().listed(partition, row.mailbox(), now);
        });
        JobLog.listed(row.job(), page.found().size(), missing, Duration.ofMillis(ms));
        return fresh;
    }

    /** Pages overlap: what the page before found is found again while its record is under way, and counts once. */
    private boolean isNew(RowKey found) {
        return underWay.size() < UNDER_WAY ? underWay.add(found) : !underWay.contains(found);
    }

    /** A record was read, which listing may have written. */
    void arrived(RowKey key) {
        underWay.remove(key);
    }
}
