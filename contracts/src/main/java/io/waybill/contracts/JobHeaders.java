package io.waybill.contracts;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The headers of pointer, retry and dead-letter records. All are UTF-8 text. Facts about the job, never about the mail. */
public final class JobHeaders {
    /** The job's id. */
    public static final String ID = "x-job-id";
    /** The job's tenant. */
    public static final String TENANT = "x-job-tenant";
    /** How often the job was re-driven: 0 and up. */
    public static final String GENERATION = "x-job-generation";
    /** Attempts in this generation. */
    public static final String ATTEMPT = "x-job-attempt";
    /** Attempts in all generations. */
    public static final String ATTEMPTS_TOTAL = "x-job-attempts-total";
    /** When the job was first read, RFC 3339. */
    public static final String FIRST_SEEN = "x-job-first-seen";
    /** A retry record: when it is due, RFC 3339. */
    public static final String NOT_BEFORE = "x-job-not-before";
    /** When the job failed for good, RFC 3339. */
    public static final String FAILED_AT = "x-job-failed-at";
    /** A {@link FailureCode}. */
    public static final String ERROR_CODE = "x-job-error-code";
    /** Whether the failure was one that is retried. */
    public static final String ERROR_RETRYABLE = "x-job-error-retryable";
    /** A {@link Stage}. */
    public static final String STAGE = "x-job-stage";
    /** The handlers that are done, as {@code name=effect/reference} joined by line feeds. */
    public static final String HANDLERS = "x-job-handlers";
    /** The application that wrote the record. */
    public static final String APP = "x-job-app";
    /** The instance that wrote the record. */
    public static final String INSTANCE = "x-job-instance";
    /** Timestamp of the source record, RFC 3339. */
    public static final String SOURCE_TIMESTAMP = "x-job-source-timestamp";
    /** The source record's key, base64url; its SHA-256 in hex where the record was redacted. */
    public static final String SOURCE_KEY = "x-job-source-key";
    /** How many of the producer's headers were left out for their size. */
    public static final String HEADERS_DROPPED = "x-job-headers-dropped";
    /** {@code true} where the value stands for bytes that are not repeated. */
    public static final String VALUE_REDACTED = "x-job-value-redacted";

    /** What all headers of a re-drive begin with. */
    public static final String REDRIVE_PREFIX = "x-redrive-";
    /** The re-drive that produced the record. */
    public static final String REDRIVE_ID = "x-redrive-id";
    /** How often the job was re-driven. */
    public static final String REDRIVE_COUNT = "x-redrive-count";
    /** Who re-drove it. */
    public static final String REDRIVE_BY = "x-redrive-by";
    /** The dead letter, as topic/partition/offset. */
    public static final String REDRIVE_FROM = "x-redrive-from";

    /** Kafka Streams' own names (KIP-1034) with their own meaning, so that existing tools read our dead letters. */
    public static final String ERRORS_EXCEPTION = "__streams.errors.exception";

    public static final String ERRORS_MESSAGE = "__streams.errors.message";
    public static final String ERRORS_STACKTRACE = "__streams.errors.stacktrace";
    public static final String ERRORS_TOPIC = "__streams.errors.topic";
    public static final String ERRORS_PARTITION = "__streams.errors.partition";
    public static final String ERRORS_OFFSET = "__streams.errors.offset";

    /** What a record may bring along of its producer's headers, in bytes of names and values: the row that holds them has a bound. */
    public static final int MAX_USER_BYTES = 4 * 1024;

    /** And in number: what has neither name nor value has no bytes. */
    public static final int MAX_USER_HEADERS = 256;

    private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final Set<String> PREFIXES = Set.of("x-job-", REDRIVE_PREFIX, "__streams.errors.");

    private JobHeaders() {}

    /** Whether the pipeline itself writes headers of this name: a producer's headers of such a name are not passed on. */
    public static boolean isOwn(String name) {
        return PREFIXES.stream().anyMatch(name::startsWith);
    }

    public static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    public static void put(Headers headers, String name, long value) {
        put(headers, name, Long.toString(value));
    }

    public static void put(Headers headers, String name, Instant value) {
        put(headers, name, value.toString());
    }

    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }

    /** The number, 0 and up; empty where the header is missing or is no such number. */
    public static OptionalInt number(Headers headers, String name) {
        Optional<String> text = text(headers, name).filter(value -> value.matches("[0-9]{1,9}"));
        return text.isPresent() ? OptionalInt.of(Integer.parseInt(text.get())) : OptionalInt.empty();
    }

    /** The time; empty where the header is missing, is no time, or one that has no milliseconds since 1970 in a long. */
    public static Optional<Instant> time(Headers headers, String name) {
        return text(headers, name).flatMap(value -> {
            try {
                return Optional.of(Instant.parse(value)).filter(JobHeaders::canBeKept);
            } catch (DateTimeException unreadable) {
                return Optional.empty();
            }
        });
    }

    private static boolean canBeKept(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }
}
