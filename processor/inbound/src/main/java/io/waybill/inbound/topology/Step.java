package io.waybill.inbound.topology;

import io.waybill.contracts.Failure;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Rejection;
import io.waybill.contracts.SkipCode;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/** What travels between the stages. */
sealed interface Step {
    /** Decode: a job, not yet known to be new. */
    record Arrived(PointerJob job, byte[] value, Origin origin, Headers headers) implements Step {}

    /** Decode: bytes that are no job. */
    record Refused(Rejection rejection, Origin origin, byte[] key, byte[] value) implements Step {}

    /** Deduplicate: a job that is to run, now or when its state says. */
    record Admitted(Row row) implements Step {}

    /** Deduplicate: mailboxes are listed as often as asked, once at a time. */
    record Changed(PointerJob job, byte[] value, Origin origin) implements Step {}

    /** Execute: it was handled. */
    record Handled(Row row, Instant at) implements Step {}

    /** Execute: there was nothing to do. */
    record Skipped(Row row, SkipCode code, String evidence, Instant at) implements Step {}

    /** Execute: it is a dead letter. */
    record DeadLettered(Row row, Failure failure, Instant at) implements Step {}

    /** Execute: it waits until its row's state says. */
    record Retried(Row row, Failure failure, Instant dueAt) implements Step {}

    /** Execute: listing found a message that nobody announced. */
    record Found(PointerJob job) implements Step {}
}
