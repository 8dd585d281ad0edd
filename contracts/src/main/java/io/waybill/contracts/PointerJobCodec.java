package io.waybill.contracts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Pointer job to bytes and back. What is checked on the way out is checked again on the way in. */
public final class PointerJobCodec {
    private static final ObjectWriter WRITER =
            Json.mapper(4, PointerJob.MAX_BYTES).writerFor(PointerJob.class);

    private PointerJobCodec() {}

    /** What bytes turned out to be. */
    public sealed interface Decoded {
        record Job(PointerJob job) implements Decoded {}

        record Rejected(Rejection rejection) implements Decoded {}
    }

    /** The record's value. Throws IllegalArgumentException where the guard refuses it: such a job must not be produced. */
    public static byte[] encode(PointerJob job) {
        byte[] value;
        try {
            value = WRITER.writeValueAsBytes(job);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
        Optional<Rejection> rejection = PointerOnlyGuard.check(value);
        if (rejection.isPresent()) {
            throw new IllegalArgumentException(rejection.get().detail());
        }
        if (!job.hasOwnIdentity()) {
            throw new IllegalArgumentException("the job id is not the pointer's");
        }
        return value;
    }

    /** Reads a record's key and value; refuses what the guard refuses, a foreign key and a foreign job id. */
    public static Decoded decode(byte[] key, byte[] value) {
        return switch (PointerOnlyGuard.read(value)) {
            case PointerOnlyGuard.Checked.Refused refused -> new Decoded.Rejected(refused.rejection());
            case PointerOnlyGuard.Checked.Passed passed -> decode(key, passed.job());
        };
    }

    private static Decoded decode(byte[] key, PointerFields fields) {
        PointerJob job;
        try {
            job = job(fields);
        } catch (IllegalArgumentException | DateTimeException invalid) {
            return rejected(
                    FailureCode.UNDECODABLE,
                    "the record is not a pointer job of schema version " + PointerJob.SCHEMA_VERSION);
        }
        if (key == null || !Arrays.equals(key, job.mailbox().bytes())) {
            return rejected(FailureCode.IDENTITY_MISMATCH, "the record's key is not its tenant and mailbox");
        }
        if (!job.hasOwnIdentity()) {
            return rejected(FailureCode.IDENTITY_MISMATCH, "the job id is not the one of its pointer");
        }
        return new Decoded.Job(job);
    }

    // By hand, in the guard's pass: what was checked is what is read, and a quarter sooner than by binding in a pass of
    // its own.

    private static PointerJob job(PointerFields fields) {
        if (fields.number("schemaVersion") != PointerJob.SCHEMA_VERSION) {
            throw new IllegalArgumentException("schemaVersion must be " + PointerJob.SCHEMA_VERSION);
        }
        PointerJob job = new PointerJob(
                PointerJob.SCHEMA_VERSION,
                new JobId(fields.text("jobId")),
                fields.text("tenantId"),
                fields.text("mailboxId"),
                fields.text("incarnation"),
                Instant.parse(fields.text("enqueuedAt")),
                pointer(fields.object("pointer")));
        fields.requireNothingElse();
        return job;
    }

    private static Pointer pointer(PointerFields fields) {
        Pointer pointer = switch (fields.text("type")) {
            case "microsoft" ->
                new MicrosoftPointer(
                        fields.textOrNull("subscriptionId"), fields.text("messageId"), fields.textOrNull("changeType"));
            case "google" -> new GooglePointer(fields.text("messageId"));
            case "imap" ->
                new ImapPointer(
                        fields.text("folder"),
                        fields.number("uidValidity"),
                        fields.number("uid"),
                        fields.textOrNull("messageIdHash"),
                        fields.truthOrNull("recovered"));
            case "changes" ->
                new ChangesPointer(
                        ChangesPointer.Reason.of(fields.text("reason")),
                        fields.textOrNull("folder"),
                        fields.textOrNull("hint"));
            default -> throw new IllegalArgumentException("type must be one of this version");
        };
        fields.requireNothingElse();
        return pointer;
    }

    private static Decoded rejected(FailureCode code, String detail) {
        return new Decoded.Rejected(new Rejection(code, detail));
    }
}
