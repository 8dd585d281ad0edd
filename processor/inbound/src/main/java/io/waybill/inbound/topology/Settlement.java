package io.waybill.inbound.topology;

import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.JobOutcome.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;

/**
 * That a job is final, and how. Some ten bytes for a handled job: ten million of them are restored in half a minute.
 *
 * @param at when
 * @param result how it ended
 * @param generation of the end
 * @param attemptsTotal attempts in all generations; kept for dead letters alone
 * @param handlers what each handler made of it; kept for dead letters alone, so that a re-drive runs only what is not done
 */
record Settlement(Instant at, Result result, int generation, int attemptsTotal, Map<String, HandlerState> handlers) {

    static Settlement of(Row row, Result result, Instant at) {
        return result == Result.DEAD_LETTERED
                ? new Settlement(
                        at,
                        result,
                        row.progress().generation(),
                        row.progress().attemptsTotal(),
                        row.progress().handlers())
                : new Settlement(at, result, row.progress().generation(), 0, Map.of());
    }

    /** Whether a record of this generation is the re-drive of this dead letter. */
    boolean isRedrivenBy(int next) {
        return result == Result.DEAD_LETTERED && next == generation + 1;
    }

    /** Whether the row is of a generation that ended so. */
    boolean isEndOf(Row row) {
        return result != Result.DEAD_LETTERED || row.progress().generation() <= generation;
    }

    /** The same, but no earlier. */
    Settlement notBefore(Instant time) {
        return at.isBefore(time) ? new Settlement(time, result, generation, attemptsTotal, handlers) : this;
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(at.toEpochMilli());
            out.writeByte(letter(result));
            if (result == Result.DEAD_LETTERED) {
                out.writeInt(generation);
                out.writeInt(attemptsTotal);
                RowCodec.writeHandlers(out, handlers);
            } else {
                // Nobody asks for the generation of what was not a dead letter; it is told as far as a byte goes.
                out.writeByte(Math.min(generation, 255));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static Settlement decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Instant at = Instant.ofEpochMilli(in.readLong());
            Result result = result(in.readByte());
            return result == Result.DEAD_LETTERED
                    ? new Settlement(at, result, in.readInt(), in.readInt(), RowCodec.readHandlers(in))
                    : new Settlement(at, result, in.readUnsignedByte(), 0, Map.of());
        } catch (IOException truncated) {
            throw new UncheckedIOException(truncated);
        }
    }

    private static int letter(Result result) {
        return switch (result) {
            case HANDLED -> 'h';
            case SKIPPED -> 's';
            case DEAD_LETTERED -> 'D';
        };
    }

    private static Result result(int letter) {
        return switch (letter) {
            case 'h' -> Result.HANDLED;
            case 's' -> Result.SKIPPED;
            case 'D' -> Result.DEAD_LETTERED;
            default -> throw new IllegalStateException("settlement " + letter + " is newer than this process");
        };
    }
}
