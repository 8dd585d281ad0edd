package io.waybill.inbound.topology;

import io.waybill.contracts.Disposition;
import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Stage;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The facts that go with a dead letter or a retry. The producer's own headers first, in their order; none on redacted ones. */
final class DeadLetterHeaders {
    private final String app;
    private final String instance;

    DeadLetterHeaders(String app, String instance) {
        this.app = app;
        this.instance = instance;
    }

    Headers of(Step.DeadLettered dead) {
        Row row = dead.row();
        Headers headers = kept(row);
        facts(headers, row);
        JobHeaders.put(headers, JobHeaders.ATTEMPT, row.progress().attempts().size());
        if (!row.progress().attempts().isEmpty()) {
            JobHeaders.put(
                    headers,
                    JobHeaders.ATTEMPT,
                    row.progress().attempts().getLast().n());
        }
        JobHeaders.put(headers, JobHeaders.SOURCE_KEY, base64(row.mailbox().bytes()));
        if (!row.progress().handlers().isEmpty()) {
            JobHeaders.put(headers, JobHeaders.HANDLERS, handlers(row.progress().handlers()));
        }
        failure(headers, row.origin(), dead.failure(), dead.at());
        return headers;
    }

    Headers of(Step.Refused refused, Instant at) {
        Headers headers = new RecordHeaders();
        JobHeaders.put(headers, JobHeaders.VALUE_REDACTED, "true");
        JobHeaders.put(
                headers, JobHeaders.SOURCE_KEY, Redaction.hex(refused.key() == null ? new byte[0] : refused.key()));
        failure(
                headers,
                refused.origin(),
                Failure.of(
                        refused.rejection().code(),
                        Stage.DECODE,
                        refused.rejection().detail()),
                at);
        return headers;
    }

    Headers ofRetry(Row row) {
        Headers headers = kept(row);
        facts(headers, row);
        JobHeaders.put(headers, JobHeaders.ATTEMPT, row.progress().attempt());
        if (row.state() instanceof Row.State.Waiting waiting) {
            JobHeaders.put(headers, JobHeaders.NOT_BEFORE, waiting.dueAt());
            JobHeaders.put(headers, JobHeaders.ERROR_CODE, waiting.code());
        }
        return headers;
    }

    private static Headers kept(Row row) {
        Headers headers = new RecordHeaders();
        row.origin().headers().forEach(header -> headers.add(header.name(), header.value()));
        return headers;
    }

    private static void facts(Headers headers, Row row) {
        JobHeaders.put(headers, JobHeaders.ID, row.job().jobId().value());
        JobHeaders.put(headers, JobHeaders.TENANT, row.job().tenantId());
        JobHeaders.put(headers, JobHeaders.GENERATION, row.progress().generation());
        JobHeaders.put(headers, JobHeaders.ATTEMPTS_TOTAL, row.progress().attemptsTotal());
        JobHeaders.put(headers, JobHeaders.FIRST_SEEN, row.progress().firstSeen());
        if (row.origin().headersDropped() > 0) {
            JobHeaders.put(headers, JobHeaders.HEADERS_DROPPED, row.origin().headersDropped());
        }
    }

    private void failure(Headers headers, Origin origin, Failure failure, Instant at) {
        FailureCode code = failure.code();
        JobHeaders.put(headers, JobHeaders.FAILED_AT, at);
        JobHeaders.put(headers, JobHeaders.ERROR_CODE, code.name());
        JobHeaders.put(
                headers, JobHeaders.ERROR_RETRYABLE, Boolean.toString(code.disposition() != Disposition.DEAD_LETTER));
        JobHeaders.put(headers, JobHeaders.STAGE, failure.stage().word());
        JobHeaders.put(headers, JobHeaders.APP, app);
        JobHeaders.put(headers, JobHeaders.INSTANCE, instance);
        JobHeaders.put(headers, JobHeaders.SOURCE_TIMESTAMP, origin.timestamp());
        JobHeaders.put(headers, JobHeaders.ERRORS_EXCEPTION, "io.waybill." + code.name());
        JobHeaders.put(headers, JobHeaders.ERRORS_MESSAGE, failure.detail());
        JobHeaders.put(headers, JobHeaders.ERRORS_STACKTRACE, "");
        JobHeaders.put(headers, JobHeaders.ERRORS_TOPIC, origin.topic());
        JobHeaders.put(headers, JobHeaders.ERRORS_PARTITION, origin.partition());
        JobHeaders.put(headers, JobHeaders.ERRORS_OFFSET, origin.offset());
    }

    private static String handlers(Map<String, HandlerState> handlers) {
        return handlers.entrySet().stream()
                .filter(handler -> handler.getValue().done())
                .map(handler -> handler.getKey() + "=" + handler.getValue().effect() + "/"
                        + handler.getValue().reference())
                .collect(Collectors.joining("\n"));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
