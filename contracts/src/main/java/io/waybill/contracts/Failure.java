package io.waybill.contracts;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What went wrong with one attempt.
 *
 * @param code what happened, and with it what becomes of the job
 * @param stage where
 * @param detail one sentence that we write: never an exception's message, which may quote the mail; at most {@link #MAX_DETAIL}
 *     characters, cut beyond
 * @param retryAfter how long the other side wants us to wait; wins over our own back-off
 * @param asked whether the other side was asked; where a pause that it wanted still lasts it is not, and the attempt does not count
 */
public record Failure(FailureCode code, Stage stage, String detail, Optional<Duration> retryAfter, boolean asked) {
    /** Details stand in headers and outcomes, which have bounds of their own. */
    public static final int MAX_DETAIL = 500;

    public Failure {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(retryAfter, "retryAfter");
        detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }

    public Failure(FailureCode code, Stage stage, String detail, Optional<Duration> retryAfter) {
        this(code, stage, detail, retryAfter, true);
    }

    /** For how long the provider wants the mailbox left alone, where that is what went wrong and it says so. */
    public Optional<Duration> pause() {
        return code == FailureCode.SOURCE_THROTTLED ? retryAfter : Optional.empty();
    }

    public static Failure of(FailureCode code, Stage stage, String detail) {
        return new Failure(code, stage, detail, Optional.empty());
    }
}
