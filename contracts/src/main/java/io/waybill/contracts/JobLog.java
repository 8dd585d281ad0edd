package io.waybill.contracts;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log events of a job's life, one each, with the same keys wherever they are written: tenant, mailbox, provider, job id, pointer
 * ids, generation, attempt, code. No content, no secret; the folder's name and numbers are the most that a pointer tells.
 */
public final class JobLog {
    private static final Logger LOG = LoggerFactory.getLogger("waybill.jobs");

    /** A line of more is none that a person reads. */
    private static final int TOGETHER = 100;

    private JobLog() {}

    /**
     * The pointers are durable. Those of one mailbox that came together are one event, in which the keys that differ have lists: an event
     * for each would be a third of what an ingress does for a pointer.
     */
    public static void enqueue(String by, List<PointerJob> jobs) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        int from = 0;
        for (int to = 1; to <= jobs.size(); to++) {
            if (to == jobs.size() || to - from == TOGETHER || !isOneEvent(jobs.get(from), jobs.get(to))) {
                event(Level.INFO, jobs.subList(from, to)).addKeyValue("by", by).log("enqueue");
                from = to;
            }
        }
    }

    /** An attempt begins. */
    public static void consumeStart(PointerJob job, int generation, int attempt) {
        run(Level.INFO, job, generation, attempt).log("consume_start");
    }

    /** It is handled. */
    public static void ack(PointerJob job, int generation, int attempt, long ms) {
        run(Level.INFO, job, generation, attempt).addKeyValue("ms", ms).log("ack");
    }

    /** It will be tried again. */
    public static void retry(PointerJob job, int generation, int attempt, Failure failure, Instant dueAt) {
        failed(Level.WARN, job, generation, attempt, failure)
                .addKeyValue("due_at", dueAt)
                .log("retry");
    }

    /** It is a dead letter. */
    public static void dlq(PointerJob job, int generation, int attempt, Failure failure) {
        failed(Level.ERROR, job, generation, attempt, failure).log("dlq");
    }

    /** Bytes that are no job are a dead letter. */
    public static void dlq(String topic, int partition, long offset, Rejection rejection) {
        LOG.atError()
                .addKeyValue("source_topic", topic)
                .addKeyValue("source_partition", partition)
                .addKeyValue("source_offset", offset)
                .addKeyValue("code", rejection.code())
                .addKeyValue("detail", rejection.detail())
                .log("dlq");
    }

    /** There was nothing to do. */
    public static void skip(PointerJob job, int generation, int attempt, SkipCode code, String evidence) {
        run(Level.INFO, job, generation, attempt)
                .addKeyValue("code", code)
                .addKeyValue("detail", evidence)
                .log("skip");
    }

    /** It waits for a cause to heal. */
    public static void park(PointerJob job, int generation, int attempt, String cause, FailureCode code) {
        run(Level.INFO, job, generation, attempt)
                .addKeyValue("cause", cause)
                .addKeyValue("code", code)
                .log("park");
    }

    /** It is taken up again after its owner stopped or moved. */
    public static void resurface(PointerJob job, int generation, int attempt, int deaths) {
        run(Level.INFO, job, generation, attempt).addKeyValue("deaths", deaths).log("resurface");
    }

    /** The same job was announced again. */
    public static void duplicate(PointerJob job, String of) {
        event(Level.DEBUG, job).addKeyValue("of", of).log("duplicate");
    }

    /** A mailbox was listed to its end. */
    public static void listed(PointerJob job, int found, int missing, Duration took) {
        event(Level.INFO, job)
                .addKeyValue("found", found)
                .addKeyValue("missing", missing)
                .addKeyValue("ms", took.toMillis())
                .log("listed");
    }

    /** A mailbox could not be listed, and will be with the next tick. */
    public static void listingFailed(PointerJob job, Failure failure) {
        event(Level.WARN, job)
                .addKeyValue("code", failure.code())
                .addKeyValue("stage", failure.stage().word())
                .addKeyValue("detail", failure.detail())
                .log("listing_failed");
    }

    private static boolean isOneEvent(PointerJob first, PointerJob next) {
        return first.tenantId().equals(next.tenantId())
                && first.mailboxId().equals(next.mailboxId())
                && switch (first.pointer()) {
                    case MicrosoftPointer _ -> next.pointer() instanceof MicrosoftPointer;
                    case GooglePointer _ -> next.pointer() instanceof GooglePointer;
                    case ImapPointer pointer ->
                        next.pointer() instanceof ImapPointer other
                                && other.folder().equals(pointer.folder())
                                && other.uidValidity() == pointer.uidValidity();
                    case ChangesPointer _ -> false;
                };
    }

    private static LoggingEventBuilder failed(
            Level level, PointerJob job, int generation, int attempt, Failure failure) {
        return run(level, job, generation, attempt)
                .addKeyValue("code", failure.code())
                .addKeyValue("stage", failure.stage().word())
                .addKeyValue("detail", failure.detail());
    }

    private static LoggingEventBuilder run(Level level, PointerJob job, int generation, int attempt) {
        return event(level, job).addKeyValue("generation", generation).addKeyValue("attempt", attempt);
    }

    private static LoggingEventBuilder event(Level level, PointerJob job) {
        return event(level, List.of(job));
    }

    /** @param together of one mailbox and kind, one at least; the keys in which several differ have lists */
    private static LoggingEventBuilder event(Level level, List<PointerJob> together) {
        LoggingEventBuilder event = LOG.atLevel(level);
        if (!LOG.isEnabledForLevel(level)) {
            return event;
        }
        PointerJob first = together.getFirst();
        event = event.addKeyValue("tenant", first.tenantId())
                .addKeyValue("mailbox", first.mailboxId())
                .addKeyValue("job_id", each(together, job -> job.jobId().value()));
        return switch (first.pointer()) {
            case MicrosoftPointer _ ->
                event.addKeyValue("provider", "microsoft")
                        .addKeyValue(
                                "message_id", each(together, job -> ((MicrosoftPointer) job.pointer()).messageId()));
            case GooglePointer _ ->
                event.addKeyValue("provider", "google")
                        .addKeyValue("message_id", each(together, job -> ((GooglePointer) job.pointer()).messageId()));
            case ImapPointer pointer ->
                event.addKeyValue("provider", "imap")
                        .addKeyValue("folder", pointer.folder())
                        .addKeyValue("uid_validity", pointer.uidValidity())
                        .addKeyValue("uid", each(together, job -> ((ImapPointer) job.pointer()).uid()));
            case ChangesPointer pointer ->
                event.addKeyValue("changes", pointer.reason().word()).addKeyValue("folder", pointer.folder());
        };
    }

    private static Object each(List<PointerJob> together, Function<PointerJob, Object> value) {
        return together.size() == 1
                ? value.apply(together.getFirst())
                : together.stream().map(value).toList();
    }
}
