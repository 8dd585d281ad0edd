package io.waybill.benchmarks.pipeline;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Provider;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What is to be done for a job, whoever brings it here: read and check the pointer, fetch, and say what became of it, in the very
 * bytes that the pipeline reads and writes. So the arms differ in how they carry a job, and in nothing else.
 */
final class JobWork {
    /** What a handler would have said. */
    static final Map<String, HandlerState> HANDLED = Map.of("tickets", new HandlerState("created", "T-1", true));

    private final Fetch fetch;

    JobWork(Fetch fetch) {
        this.fetch = fetch;
    }

    static PointerJob read(byte[] key, byte[] value) {
        return switch (PointerJobCodec.decode(key, value)) {
            case PointerJobCodec.Decoded.Job good -> good.job();
            case PointerJobCodec.Decoded.Rejected bad ->
                throw new IllegalStateException(
                        "the benchmark wrote a bad pointer: " + bad.rejection().detail());
        };
    }

    /** Blocks for a fetch and returns the outcome's record. */
    ProducerRecord<byte[], byte[]> handle(PointerJob job) throws InterruptedException {
        Instant began = Instant.now();
        long nanos = System.nanoTime();
        fetch.run();
        Duration took = Duration.ofNanos(System.nanoTime() - nanos);
        JobOutcome outcome = new JobOutcome(
                job.jobId(),
                job.tenantId(),
                job.mailboxId(),
                Provider.IMAP,
                0,
                Result.HANDLED,
                null,
                null,
                null,
                List.of(new Attempt(1, began, took.toMillis(), null)),
                1,
                HANDLED,
                began,
                Instant.now());
        return new ProducerRecord<>(
                Topics.OUTCOMES.name(), job.jobId().value().getBytes(StandardCharsets.UTF_8), outcome.toJson());
    }
}
