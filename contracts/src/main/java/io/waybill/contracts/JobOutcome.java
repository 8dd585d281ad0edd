package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of a message: one per job and generation, the value of {@code mail.outcomes}. A duplicate is not an outcome.
 *
 * @param jobId the job
 * @param tenantId its tenant
 * @param mailboxId its mailbox
 * @param provider who holds the message
 * @param generation 0, and one more with each re-drive
 * @param result how it ended
 * @param code a {@link SkipCode} or {@link FailureCode}; null where it was handled
 * @param stage where it failed; null unless it was dead-lettered
 * @param detail evidence of a skip or the failure's detail; null where it was handled
 * @param attempts the last {@link #MAX_ATTEMPTS} attempts of this generation, oldest first
 * @param attemptsTotal attempts in all generations
 * @param handlers what each handler made of it, in their order
 * @param firstSeen when the job was first read
 * @param settledAt when it ended
 */
@JsonPropertyOrder({
    "jobId",
    "tenantId",
    "mailboxId",
    "provider",
    "generation",
    "result",
    "code",
    "stage",
    "detail",
    "attempts",
    "attemptsTotal",
    "handlers",
    "firstSeen",
    "settledAt"
})
public record JobOutcome(
        JobId jobId,
        String tenantId,
        String mailboxId,
        Provider provider,
        int generation,
        Result result,
        String code,
        Stage stage,
        String detail,
        List<Attempt> attempts,
        int attemptsTotal,
        Map<String, HandlerState> handlers,
        Instant firstSeen,
        Instant settledAt) {
    /** Older attempts are counted, not listed. */
    public static final int MAX_ATTEMPTS = 20;

    private static final ObjectMapper MAPPER = Json.mapper(6, 16 * 1024);

    /** How a job ends. */
    public enum Result {
        HANDLED,
        SKIPPED,
        DEAD_LETTERED;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One attempt.
     *
     * @param n its number within the generation, from 1
     * @param at when it began
     * @param ms how long it took
     * @param code why it failed or was skipped; null where it succeeded
     */
    public record Attempt(int n, Instant at, long ms, String code) {}

    /**
     * What one handler made of it.
     *
     * @param effect {@code created}, {@code commented}, … or the code of its failure
     * @param reference the ticket's number or what else it became; may be empty
     * @param done whether the handler is done with it: a retry or re-drive runs only what is not
     */
    public record HandlerState(String effect, String reference, boolean done) {}

    public JobOutcome {
        attempts = attempts.size() <= MAX_ATTEMPTS
                ? List.copyOf(attempts)
                : List.copyOf(attempts.subList(attempts.size() - MAX_ATTEMPTS, attempts.size()));
    }

    public byte[] toJson() {
        try {
            return MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Reads a record's value. */
    public static JobOutcome parse(byte[] json) throws IOException {
        return MAPPER.readValue(json, JobOutcome.class);
    }
}
