package io.waybill.contracts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Pointer job to bytes and back. What is checked on the way out is checked again on the way in. */
public final class PointerJobCodec {
    private static final ObjectReader READER = strict().readerFor(PointerJob.class);
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
        Optional<Rejection> rejection = PointerOnlyGuard.check(value);
        if (rejection.isPresent()) {
            return new Decoded.Rejected(rejection.get());
        }
        PointerJob job;
        try {
            job = READER.readValue(value);
        } catch (IOException | IllegalArgumentException invalid) {
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

    /** A text is a text and nothing else, as the schema has it: left to itself, binding makes texts of numbers, and nothing of blanks. */
    private static ObjectMapper strict() {
        ObjectMapper mapper = Json.mapper(4, PointerJob.MAX_BYTES);
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        for (LogicalType type : List.of(LogicalType.Boolean, LogicalType.Integer)) {
            mapper.coercionConfigFor(type)
                    .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.String, CoercionAction.Fail);
        }
        return mapper;
    }

    private static Decoded rejected(FailureCode code, String detail) {
        return new Decoded.Rejected(new Rejection(code, detail));
    }
}
