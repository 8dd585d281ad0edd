package io.waybill.inbound.topology;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobLog;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Lets a job pass once per generation. It was seen before if it is settled or has a row; a re-drive passes only the dead letter of the
 * generation before. Nothing is written here: a marker set before the work would make a crashed attempt look like a duplicate.
 */
final class DeduplicateStage extends ContextualProcessor<byte[], Step, byte[], Step> {
    private final MailboxSightings sightings;
    private final StageMeters meters;

    private int partition;
    private KeyValueStore<Bytes, byte[]> settled;
    private KeyValueStore<Bytes, byte[]> jobs;
    private KeyValueStore<Bytes, byte[]> waiting;

    DeduplicateStage(StageContext shared) {
        this.sightings = shared.sightings();
        this.meters = new StageMeters(shared.meters());
    }

    @Override
    public void init(ProcessorContext<byte[], Step> context) {
        super.init(context);
        partition = context.taskId().partition();
        settled = context.getStateStore(Stores.SETTLED);
        jobs = context.getStateStore(Stores.JOBS);
        waiting = context.getStateStore(Stores.WAITING);
    }

    @Override
    public void process(Record<byte[], Step> record) {
        if (record.value() instanceof Step.Arrived arrived) {
            if (isNotification(arrived)) {
                // One that is a duplicate as well: callbacks work, and that is what is asked.
                sightings.notified(
                        partition, arrived.job().mailbox(), arrived.origin().timestamp());
            }
            switch (arrived.job().pointer()) {
                case MessagePointer _ -> deduplicate(record, arrived);
                case ChangesPointer _ ->
                    context()
                            .forward(record.withValue(
                                    new Step.Changed(arrived.job(), arrived.value(), arrived.origin())));
            }
        } else {
            context().forward(record);
        }
    }

    /** Whether an ingress wrote it: not a listing, not a clock, not an operator. */
    private static boolean isNotification(Step.Arrived arrived) {
        Headers headers = arrived.headers();
        if (!arrived.origin().topic().equals(Topics.POINTERS.name())
                || headers.lastHeader(JobHeaders.APP) != null
                || headers.lastHeader(JobHeaders.GENERATION) != null) {
            return false;
        }
        return switch (arrived.job().pointer()) {
            case MessagePointer _ -> true;
            case ChangesPointer changes ->
                switch (changes.reason()) {
                    case PUSH, MISSED -> true;
                    case CONNECTED, TICK, RESUMED -> false;
                };
        };
    }

    private void deduplicate(Record<byte[], Step> record, Step.Arrived arrived) {
        Bytes key = RowKey.of(arrived.job()).bytes();
        int generation =
                JobHeaders.number(arrived.headers(), JobHeaders.GENERATION).orElse(0);

        byte[] before = settled.get(key);
        Settlement settlement = before == null ? null : Settlement.decode(before);
        if (settlement != null && !settlement.isRedrivenBy(generation)) {
            duplicate(arrived, "settled");
            return;
        }
        if (jobs.get(key) != null || isWaiting(key, settlement)) {
            // A retry record read back: the row that was written with it is the truth.
            duplicate(arrived, "open");
            return;
        }
        context().forward(record.withValue(new Step.Admitted(row(arrived, generation, settlement))));
    }

    /** Whether it has a row that still counts: what came back from an old state directory must not keep a re-drive out. */
    private boolean isWaiting(Bytes key, Settlement settlement) {
        byte[] row = waiting.get(key);
        return row != null && (settlement == null || !settlement.isEndOf(RowCodec.decode(row)));
    }

    /** A new row; for a retry record whose row is gone (the state was reset) one that goes on where the record says. */
    private Row row(Step.Arrived arrived, int generation, Settlement settlement) {
        Headers headers = arrived.headers();
        Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
        boolean retried = arrived.origin().topic().equals(Topics.RETRY.name());
        int attempt = retried
                ? Math.max(1, JobHeaders.number(headers, JobHeaders.ATTEMPT).orElse(1))
                : 1;
        int total = settlement != null
                ? settlement.attemptsTotal()
                : JobHeaders.number(headers, JobHeaders.ATTEMPTS_TOTAL).orElse(0);
        Row.State state = retried
                ? new Row.State.Waiting(
                        JobHeaders.time(headers, JobHeaders.NOT_BEFORE).orElse(now),
                        JobHeaders.text(headers, JobHeaders.ERROR_CODE).orElse(null))
                : Row.QUEUED;
        Instant firstSeen = JobHeaders.time(headers, JobHeaders.FIRST_SEEN)
                .filter(seen -> retried && !seen.isAfter(now))
                .orElse(now);
        return new Row(
                arrived.job(),
                arrived.value(),
                arrived.origin(),
                new Row.Progress(
                        generation,
                        attempt,
                        total,
                        0,
                        0,
                        List.of(),
                        settlement != null ? settlement.handlers() : Map.of(),
                        firstSeen,
                        firstSeen),
                Row.Deaths.NONE,
                null,
                state);
    }

    private void duplicate(Step.Arrived arrived, String of) {
        meters.duplicate(of, arrived.origin().topic().equals(Topics.RETRY.name()));
        JobLog.duplicate(arrived.job(), of);
    }
}
