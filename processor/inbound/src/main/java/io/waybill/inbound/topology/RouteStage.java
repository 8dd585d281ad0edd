package io.waybill.inbound.topology;

import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobLog;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Stage;
import io.waybill.contracts.Topic;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Decisions to records. Decides nothing itself. */
final class RouteStage extends ContextualProcessor<byte[], Step, byte[], Outbound> {
    private final String app;
    private final DeadLetterHeaders deadLetters;
    private final StageMeters meters;

    RouteStage(StageContext shared) {
        this.app = shared.app();
        this.deadLetters = new DeadLetterHeaders(shared.app(), shared.life());
        this.meters = new StageMeters(shared.meters());
    }

    @Override
    public void process(Record<byte[], Step> record) {
        switch (record.value()) {
            case Step.Handled handled -> handled(handled);
            case Step.Skipped skipped -> skipped(skipped);
            case Step.DeadLettered dead -> deadLettered(dead);
            case Step.Retried retried -> retried(retried);
            case Step.Found found -> found(found.job());
            case Step.Refused refused -> refused(refused);
            case Step.Arrived _, Step.Admitted _, Step.Changed _ ->
                throw new IllegalStateException("a step passed the stage that ends it");
        }
    }

    private void handled(Step.Handled handled) {
        Row row = handled.row();
        JobLog.ack(row.job(), row.progress().generation(), lastAttempt(row), lastMs(row));
        outcome(row, Result.HANDLED, null, null, null, handled.at());
    }

    private void skipped(Step.Skipped skipped) {
        Row row = skipped.row();
        JobLog.skip(row.job(), row.progress().generation(), lastAttempt(row), skipped.code(), skipped.evidence());
        outcome(row, Result.SKIPPED, skipped.code().name(), null, skipped.evidence(), skipped.at());
    }

    private void deadLettered(Step.DeadLettered dead) {
        Row row = dead.row();
        JobLog.dlq(row.job(), row.progress().generation(), lastAttempt(row), dead.failure());
        outcome(
                row,
                Result.DEAD_LETTERED,
                dead.failure().code().name(),
                dead.failure().stage(),
                dead.failure().detail(),
                dead.at());
        send(
                Topics.DEAD_LETTERS,
                row.job().jobId() + "." + row.progress().generation(),
                row.value(),
                deadLetters.of(dead));
    }

    private void retried(Step.Retried retried) {
        Row row = retried.row();
        JobLog.retry(row.job(), row.progress().generation(), lastAttempt(row), retried.failure(), retried.dueAt());
        if (!row.isListing()) {
            send(Topics.RETRY, row.mailbox().toString(), row.value(), deadLetters.ofRetry(row));
        }
    }

    /** The header tells it from what an ingress announced. */
    private void found(PointerJob job) {
        JobLog.enqueue("listing", List.of(job));
        Headers headers = new RecordHeaders();
        JobHeaders.put(headers, JobHeaders.APP, app);
        send(Topics.POINTERS, job.mailbox().toString(), PointerJobCodec.encode(job), headers);
    }

    private void refused(Step.Refused refused) {
        Origin origin = refused.origin();
        JobLog.dlq(origin.topic(), origin.partition(), origin.offset(), refused.rejection());
        meters.failure(refused.rejection().code());
        send(
                Topics.DEAD_LETTERS,
                "raw." + origin.topic() + "." + origin.partition() + "." + origin.offset(),
                Redaction.of(refused),
                deadLetters.of(refused, Instant.ofEpochMilli(context().currentSystemTimeMs())));
    }

    private void outcome(Row row, Result result, String code, Stage stage, String detail, Instant at) {
        if (!(row.job().pointer() instanceof MessagePointer pointer)) {
            return;
        }
        JobOutcome outcome = new JobOutcome(
                row.job().jobId(),
                row.job().tenantId(),
                row.job().mailboxId(),
                pointer.provider(),
                row.progress().generation(),
                result,
                code,
                stage,
                detail,
                row.progress().attempts(),
                row.progress().attemptsTotal(),
                row.progress().handlers(),
                row.progress().firstSeen(),
                at);
        send(Topics.OUTCOMES, row.job().jobId().value(), outcome.toJson(), new RecordHeaders());
    }

    private void send(Topic topic, String key, byte[] value, Headers headers) {
        context()
                .forward(new Record<>(
                        key.getBytes(StandardCharsets.UTF_8),
                        new Outbound(topic, value),
                        context().currentSystemTimeMs(),
                        headers));
    }

    private static int lastAttempt(Row row) {
        return row.progress().attempts().isEmpty()
                ? row.progress().attempt()
                : row.progress().attempts().getLast().n();
    }

    private static long lastMs(Row row) {
        return row.progress().attempts().isEmpty()
                ? 0
                : row.progress().attempts().getLast().ms();
    }
}
