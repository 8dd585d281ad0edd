package io.waybill.cli.dlq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Json;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/** An open dead letter: a record of {@code mail.pointers.dlq} and what it says. */
public final class DeadLetter {
    /** For so long the processor remembers what it settled, by default; a job that comes back later runs as if it were new. */
    public static final Duration SETTLED_HORIZON = Duration.ofDays(14);

    private static final ObjectMapper MAPPER = Json.mapper(4, PointerJob.MAX_BYTES);

    private final ConsumerRecord<byte[], byte[]> record;
    private final String id;
    private final Optional<PointerJob> job;

    /** @param record with key and value */
    DeadLetter(ConsumerRecord<byte[], byte[]> record) {
        this.record = record;
        this.id = new String(record.key(), StandardCharsets.UTF_8);
        this.job = job(id, record);
    }

    /** Its key: {@code jobId.generation}, or {@code raw.topic.partition.offset} where no job id could be trusted. */
    public String id() {
        return id;
    }

    /** The partition that it is in. */
    public int partition() {
        return record.partition();
    }

    /** Facts, in {@link JobHeaders}. */
    public Headers headers() {
        return record.headers();
    }

    /** The pointer's original bytes; of a redacted one what stands for them. */
    public byte[] value() {
        return record.value();
    }

    /** The pointer job; empty where the value is none that guard, identity and key confirm. */
    public Optional<PointerJob> job() {
        return job;
    }

    /** Trusted only where guard and identity hold and the key names this very job. */
    private static Optional<PointerJob> job(String id, ConsumerRecord<byte[], byte[]> record) {
        if (isRedacted(record.headers()) || record.value().length > PointerJob.MAX_BYTES) {
            return Optional.empty();
        }
        try {
            JsonNode json = MAPPER.readTree(record.value());
            MailboxKey mailbox = new MailboxKey(
                    json.path("tenantId").asText(), json.path("mailboxId").asText());
            return switch (PointerJobCodec.decode(mailbox.bytes(), record.value())) {
                case Decoded.Job decoded
                when id.equals(decoded.job().jobId() + "." + generation(id)) -> Optional.of(decoded.job());
                case Decoded.Job _, Decoded.Rejected _ -> Optional.empty();
            };
        } catch (IOException | IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    /** Whether its record was refused before it was trusted: nothing can be run again. */
    public boolean redacted() {
        return isRedacted(headers());
    }

    /** The job's id as text, also where the value cannot be read. */
    public Optional<String> jobId() {
        return text(JobHeaders.ID)
                .or(() -> Optional.of(id.substring(0, Math.max(0, id.lastIndexOf('.')))))
                .filter(JobId::isJobId);
    }

    /** 0, and one more with each re-drive. */
    public int generation() {
        return generation(id);
    }

    public Optional<MailboxKey> mailbox() {
        return job.map(PointerJob::mailbox);
    }

    /** A code; empty where this version does not know it. */
    public Optional<FailureCode> code() {
        return text(JobHeaders.ERROR_CODE).flatMap(word -> {
            try {
                return Optional.of(FailureCode.valueOf(word));
            } catch (IllegalArgumentException unknown) {
                return Optional.empty();
            }
        });
    }

    public Optional<Instant> failedAt() {
        return JobHeaders.time(headers(), JobHeaders.FAILED_AT);
    }

    /** Whether the processor has forgotten the job by now. */
    public boolean beyondHorizon(Instant now) {
        return failedAt().filter(at -> at.isBefore(now.minus(SETTLED_HORIZON))).isPresent();
    }

    /** The text of a header. */
    public Optional<String> text(String header) {
        return JobHeaders.text(headers(), header);
    }

    /** Topic, partition and offset. */
    public String coordinates() {
        return Topics.DEAD_LETTERS + "/" + record.partition() + "/" + record.offset();
    }

    private static int generation(String id) {
        String digits = id.substring(id.lastIndexOf('.') + 1);
        return digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : 0;
    }

    private static boolean isRedacted(Headers headers) {
        return JobHeaders.text(headers, JobHeaders.VALUE_REDACTED)
                .filter("true"::equals)
                .isPresent();
    }
}
