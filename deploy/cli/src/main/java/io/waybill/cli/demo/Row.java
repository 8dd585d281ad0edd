package io.waybill.cli.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.waybill.cli.up.OutcomeLine;
import io.waybill.contracts.JobOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An outcome as {@code demo --json} writes it, one per line.
 *
 * @param mail the sample
 * @param jobId the job
 * @param provider who holds the mail
 * @param result how it ended
 * @param code why, where it was not handled; null where it was
 * @param attempts how many it took
 * @param ms from the mail's sending to the outcome; of a re-driven job from its first outcome on
 */
@JsonPropertyOrder({"mail", "jobId", "provider", "result", "code", "attempts", "ms"})
@JsonInclude(JsonInclude.Include.ALWAYS)
record Row(String mail, String jobId, String provider, String result, String code, int attempts, long ms) {
    private static final int ID_SHOWN = 12;

    static Row of(Trial trial, JobOutcome outcome, Instant since) {
        return new Row(
                trial.sample().name(),
                outcome.jobId().value(),
                outcome.provider().token(),
                outcome.result().word(),
                outcome.code(),
                outcome.attempts().size(),
                Math.max(0, Duration.between(since, outcome.settledAt()).toMillis()));
    }

    static List<String> headings() {
        return List.of("mail", "job", "outcome", "", "attempts>", "ms>", "");
    }

    List<String> cells(JobOutcome outcome, boolean asExpected) {
        return List.of(
                outcome.generation() == 0 ? mail : "  … re-driven",
                jobId.substring(0, ID_SHOWN),
                result,
                OutcomeLine.what(outcome),
                Integer.toString(attempts),
                Long.toString(ms),
                asExpected ? "✓" : "✗ unexpected");
    }
}
