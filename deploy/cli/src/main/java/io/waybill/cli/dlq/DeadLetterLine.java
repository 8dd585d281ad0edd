package io.waybill.cli.dlq;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.MailboxKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A dead letter as one line of output; the names are a contract with scripts.
 *
 * @param id to name it by
 * @param jobId null where none can be trusted
 * @param generation how often its job was re-driven
 * @param mailbox tenant/mailbox; null where none can be trusted
 * @param code why
 * @param stage where in the job's life
 * @param detail one sentence of the pipeline's
 * @param attempts in this generation
 * @param attemptsTotal in all
 * @param firstSeen when the job was first read
 * @param failedAt when it failed for good
 * @param actor who must act
 * @param redacted whether it can only be discarded
 * @param beyondHorizon whether a re-drive runs it as if it were new
 */
record DeadLetterLine(
        String id,
        String jobId,
        int generation,
        String mailbox,
        String code,
        String stage,
        String detail,
        Integer attempts,
        Integer attemptsTotal,
        Instant firstSeen,
        Instant failedAt,
        String actor,
        boolean redacted,
        boolean beyondHorizon) {
    static final List<String> HEADINGS =
            List.of("id", "mailbox", "code", "stage", "attempts>", "failed at", "who acts");

    static DeadLetterLine of(DeadLetter letter, Instant now) {
        return new DeadLetterLine(
                letter.id(),
                letter.jobId().orElse(null),
                letter.generation(),
                letter.mailbox().map(MailboxKey::toString).orElse(null),
                letter.text(JobHeaders.ERROR_CODE).orElse("?"),
                letter.text(JobHeaders.STAGE).orElse(null),
                letter.text(JobHeaders.ERRORS_MESSAGE).orElse(null),
                number(letter, JobHeaders.ATTEMPT),
                number(letter, JobHeaders.ATTEMPTS_TOTAL),
                JobHeaders.time(letter.headers(), JobHeaders.FIRST_SEEN).orElse(null),
                letter.failedAt().orElse(null),
                letter.code().map(DeadLetterLine::actor).orElse("?"),
                letter.redacted(),
                letter.beyondHorizon(now));
    }

    /** Under {@link #HEADINGS}. */
    List<String> row() {
        return List.of(
                id,
                mailbox == null ? "-" : mailbox,
                code,
                stage == null ? "-" : stage,
                attempts == null ? "-" : attempts.toString(),
                failedAt == null ? "-" : failedAt.toString(),
                actor);
    }

    private static String actor(FailureCode code) {
        return code.actor().name().toLowerCase(Locale.ROOT);
    }

    private static Integer number(DeadLetter letter, String header) {
        OptionalInt number = JobHeaders.number(letter.headers(), header);
        return number.isPresent() ? (Integer) number.getAsInt() : null;
    }
}
