package io.waybill.cli.dlq;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Dead letters as the processor writes them. */
final class HandmadeDeadLetters {
    private HandmadeDeadLetters() {}

    static PointerJob job(String mailbox, long uid) {
        return PointerJob.of(
                MailboxKey.parse(mailbox),
                "i-1",
                ImapPointer.of("INBOX", 7, uid),
                Instant.parse("2026-05-01T10:00:00Z"));
    }

    static List<PointerJob> jobs(String mailbox, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(uid -> job(mailbox, uid))
                .toList();
    }

    /** With two headers of a producer's own, the second twice. */
    static ProducerRecord<byte[], byte[]> of(PointerJob job, int generation, FailureCode code, Instant failedAt) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("trace", "t-1".getBytes(StandardCharsets.UTF_8));
        headers.add("hop", "a".getBytes(StandardCharsets.UTF_8));
        headers.add("hop", "b".getBytes(StandardCharsets.UTF_8));
        JobHeaders.put(headers, JobHeaders.ID, job.jobId().value());
        JobHeaders.put(headers, JobHeaders.TENANT, job.tenantId());
        JobHeaders.put(headers, JobHeaders.GENERATION, generation);
        JobHeaders.put(headers, JobHeaders.ATTEMPT, 1);
        JobHeaders.put(headers, JobHeaders.ATTEMPTS_TOTAL, generation + 1);
        JobHeaders.put(headers, JobHeaders.FIRST_SEEN, Instant.parse("2026-05-01T10:00:01Z"));
        JobHeaders.put(headers, JobHeaders.FAILED_AT, failedAt);
        JobHeaders.put(headers, JobHeaders.ERROR_CODE, code.name());
        JobHeaders.put(headers, JobHeaders.ERROR_RETRYABLE, "false");
        JobHeaders.put(headers, JobHeaders.STAGE, "handle");
        JobHeaders.put(headers, JobHeaders.HANDLERS, "tickets=created/T-1");
        JobHeaders.put(
                headers,
                JobHeaders.SOURCE_KEY,
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(job.mailbox().bytes()));
        JobHeaders.put(headers, JobHeaders.ERRORS_MESSAGE, "the handler refuses it");
        JobHeaders.put(headers, JobHeaders.ERRORS_TOPIC, Topics.POINTERS.name());
        if (generation > 0) {
            JobHeaders.put(headers, JobHeaders.REDRIVE_ID, "former");
            JobHeaders.put(headers, JobHeaders.REDRIVE_COUNT, generation);
        }
        return new ProducerRecord<>(
                Topics.DEAD_LETTERS.name(),
                null,
                null,
                (job.jobId() + "." + generation).getBytes(StandardCharsets.UTF_8),
                PointerJobCodec.encode(job),
                headers);
    }

    static ProducerRecord<byte[], byte[]> redacted(int offset, FailureCode code, Instant failedAt) {
        RecordHeaders headers = new RecordHeaders();
        JobHeaders.put(headers, JobHeaders.FAILED_AT, failedAt);
        JobHeaders.put(headers, JobHeaders.ERROR_CODE, code.name());
        JobHeaders.put(headers, JobHeaders.STAGE, "decode");
        JobHeaders.put(headers, JobHeaders.SOURCE_KEY, "00ff");
        JobHeaders.put(headers, JobHeaders.VALUE_REDACTED, "true");
        JobHeaders.put(headers, JobHeaders.ERRORS_MESSAGE, "the record is not JSON");
        return new ProducerRecord<>(
                Topics.DEAD_LETTERS.name(),
                null,
                null,
                ("raw.mail.pointers.0." + offset).getBytes(StandardCharsets.UTF_8),
                ("{\"sha256\":\"00\",\"length\":3,\"topic\":\"mail.pointers\",\"partition\":0,\"offset\":" + offset
                                + "}")
                        .getBytes(StandardCharsets.UTF_8),
                headers);
    }
}
