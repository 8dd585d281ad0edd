package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Objects;

/**
 * The record that travels: which message of which mailbox, and nothing of the message. Immutable, JSON, at most
 * {@link #MAX_BYTES}. Attempts and limits are not in it: they live in the job's row and in the {@link JobHeaders}.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}
 * @param jobId for a message the one {@link JobId#of} recomputes; random for a {@link ChangesPointer}
 * @param tenantId as {@link MailboxKey#tenant}
 * @param mailboxId as {@link MailboxKey#mailbox}
 * @param incarnation the mailbox's {@link Mailbox#incarnation} when this was enqueued
 * @param enqueuedAt when the producer made it
 * @param pointer where the message is
 */
@JsonPropertyOrder({"schemaVersion", "jobId", "tenantId", "mailboxId", "incarnation", "enqueuedAt", "pointer"})
public record PointerJob(
        int schemaVersion,
        JobId jobId,
        String tenantId,
        String mailboxId,
        String incarnation,
        Instant enqueuedAt,
        Pointer pointer) {
    /** The only version there is. */
    public static final int SCHEMA_VERSION = 1;

    /** A pointer is some hundred bytes; what is larger carries something that it must not. */
    public static final int MAX_BYTES = 4096;

    public PointerJob {
        if (schemaVersion != SCHEMA_VERSION) {
            throw new IllegalArgumentException("schemaVersion must be " + SCHEMA_VERSION);
        }
        Objects.requireNonNull(jobId, "jobId");
        if (!MailboxKey.isName(tenantId) || !MailboxKey.isName(mailboxId)) {
            throw new IllegalArgumentException("tenantId and mailboxId must be names");
        }
        Objects.requireNonNull(incarnation, "incarnation");
        Text.requireToken("incarnation", incarnation, 64);
        Objects.requireNonNull(enqueuedAt, "enqueuedAt");
        Objects.requireNonNull(pointer, "pointer");
    }

    /** A job for the pointer in the mailbox as it is now. */
    public static PointerJob of(Mailbox mailbox, Pointer pointer, Instant now) {
        return of(mailbox.key(), mailbox.incarnation(), pointer, now);
    }

    /** A job for the pointer in the given incarnation of a mailbox. */
    public static PointerJob of(MailboxKey mailbox, String incarnation, Pointer pointer, Instant now) {
        JobId id = switch (pointer) {
            case MessagePointer message -> JobId.of(mailbox, incarnation, message);
            case ChangesPointer _ -> JobId.random();
        };
        return new PointerJob(SCHEMA_VERSION, id, mailbox.tenant(), mailbox.mailbox(), incarnation, now, pointer);
    }

    /** The mailbox, and the key of the record. */
    @JsonIgnore
    public MailboxKey mailbox() {
        return new MailboxKey(tenantId, mailboxId);
    }

    /** Whether the job id is the one that the rest of the record yields. */
    @JsonIgnore
    public boolean hasOwnIdentity() {
        return switch (pointer) {
            case MessagePointer message ->
                JobId.of(mailbox(), incarnation, message).equals(jobId);
            case ChangesPointer _ -> true;
        };
    }
}
