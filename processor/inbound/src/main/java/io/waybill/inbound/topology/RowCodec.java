package io.waybill.inbound.topology;

import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.PointerJobCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as bytes: binary, because text takes nearly twice as long to restore. The first byte is the version; a change of the layout
 * raises it and keeps reading the old one.
 */
final class RowCodec {
    private static final int VERSION = 4;

    /** Listings had no hint. */
    private static final int WITHOUT_HINTS = 1;

    /** Nobody knew since when a job was tried. */
    private static final int WITHOUT_RELEASE = 2;

    /** Nobody counted what parks only for one job's sake, nor what was spent on an unknown mailbox, but for the last attempts. */
    private static final int WITHOUT_COUNTS = 3;

    private RowCodec() {}

    static byte[] encode(Row row) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(row.value().length + 160);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            // The state goes first, so that a scan can tell it without reading on.
            writeState(out, row.state());
            writeBytes(out, row.job().mailbox().bytes());
            writeBytes(out, row.value());
            writeOrigin(out, row.origin());
            writeProgress(out, row.progress());
            out.writeByte(row.deaths().among());
            out.writeByte(row.deaths().alone());
            out.writeBoolean(row.isListing());
            if (row.isListing()) {
                writeText(out, row.listing().page());
                out.writeBoolean(row.listing().again());
                writeText(out, row.listing().hint());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static Row decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version < WITHOUT_HINTS || version > VERSION) {
                throw new IllegalStateException("row version " + version + " is newer than this process");
            }
            Row.State state = readState(in);
            byte[] key = readBytes(in);
            byte[] value = readBytes(in);
            return switch (PointerJobCodec.decode(key, value)) {
                case PointerJobCodec.Decoded.Job decoded ->
                    new Row(
                            decoded.job(),
                            value,
                            readOrigin(in),
                            readProgress(in, version),
                            new Row.Deaths(in.readByte(), in.readByte()),
                            in.readBoolean() ? readListing(in, version) : null,
                            state);
                case PointerJobCodec.Decoded.Rejected rejected ->
                    throw new IllegalStateException(
                            "row holds no job: " + rejected.rejection().code());
            };
        } catch (IOException truncated) {
            throw new UncheckedIOException(truncated);
        }
    }

    private static Row.Listing readListing(DataInputStream in, int version) throws IOException {
        return new Row.Listing(readText(in), in.readBoolean(), version == WITHOUT_HINTS ? null : readText(in));
    }

    private static void writeState(DataOutputStream out, Row.State state) throws IOException {
        switch (state) {
            case Row.State.Queued _ -> out.writeByte('q');
            case Row.State.Running running -> {
                out.writeByte('r');
                out.writeUTF(running.life());
                out.writeBoolean(running.alone());
            }
            case Row.State.Waiting waiting -> {
                out.writeByte('w');
                writeTime(out, waiting.dueAt());
                writeText(out, waiting.code());
            }
            case Row.State.Parked parked -> {
                out.writeByte('p');
                out.writeUTF(parked.cause().toString());
                writeText(out, parked.code());
            }
        }
    }

    private static Row.State readState(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case 'q' -> Row.QUEUED;
            case 'r' -> new Row.State.Running(in.readUTF(), in.readBoolean());
            case 'w' -> new Row.State.Waiting(readTime(in), readText(in));
            case 'p' -> new Row.State.Parked(ParkCause.parse(in.readUTF()), readText(in));
            default -> throw new IllegalStateException("row state " + kind + " is newer than this process");
        };
    }

    private static void writeOrigin(DataOutputStream out, Origin origin) throws IOException {
        out.writeUTF(origin.topic());
        out.writeInt(origin.partition());
        out.writeLong(origin.offset());
        writeTime(out, origin.timestamp());
        out.writeShort(origin.headers().size());
        for (Origin.KeptHeader header : origin.headers()) {
            out.writeUTF(header.name());
            out.writeBoolean(header.value() != null);
            if (header.value() != null) {
                writeBytes(out, header.value());
            }
        }
        out.writeShort(origin.headersDropped());
    }

    private static Origin readOrigin(DataInputStream in) throws IOException {
        String topic = in.readUTF();
        int partition = in.readInt();
        long offset = in.readLong();
        Instant timestamp = readTime(in);
        int count = in.readShort();
        List<Origin.KeptHeader> headers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            headers.add(new Origin.KeptHeader(in.readUTF(), in.readBoolean() ? readBytes(in) : null));
        }
        return new Origin(topic, partition, offset, timestamp, headers, in.readShort());
    }

    private static void writeProgress(DataOutputStream out, Row.Progress progress) throws IOException {
        out.writeInt(progress.generation());
        out.writeInt(progress.attempt());
        out.writeInt(progress.attemptsTotal());
        writeTime(out, progress.firstSeen());
        writeTime(out, progress.triedSince());
        out.writeInt(progress.unknown());
        out.writeInt(progress.alarms());
        out.writeByte(progress.attempts().size());
        for (Attempt attempt : progress.attempts()) {
            out.writeInt(attempt.n());
            writeTime(out, attempt.at());
            out.writeLong(attempt.ms());
            writeText(out, attempt.code());
        }
        writeHandlers(out, progress.handlers());
    }

    private static Row.Progress readProgress(DataInputStream in, int version) throws IOException {
        int generation = in.readInt();
        int attempt = in.readInt();
        int attemptsTotal = in.readInt();
        Instant firstSeen = readTime(in);
        Instant triedSince = version > WITHOUT_RELEASE ? readTime(in) : firstSeen;
        boolean counted = version > WITHOUT_COUNTS;
        int unknown = counted ? in.readInt() : 0;
        int alarms = counted ? in.readInt() : 0;
        int count = in.readByte();
        List<Attempt> attempts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            attempts.add(new Attempt(in.readInt(), readTime(in), in.readLong(), readText(in)));
        }
        return new Row.Progress(
                generation,
                attempt,
                attemptsTotal,
                counted
                        ? unknown
                        : (int) attempts.stream()
                                .filter(Row.Progress::isUnknown)
                                .count(),
                alarms,
                attempts,
                readHandlers(in),
                firstSeen,
                triedSince);
    }

    static void writeHandlers(DataOutputStream out, Map<String, HandlerState> handlers) throws IOException {
        out.writeByte(handlers.size());
        for (Map.Entry<String, HandlerState> handler : handlers.entrySet()) {
            out.writeUTF(handler.getKey());
            out.writeUTF(handler.getValue().effect());
            out.writeUTF(handler.getValue().reference());
            out.writeBoolean(handler.getValue().done());
        }
    }

    static Map<String, HandlerState> readHandlers(DataInputStream in) throws IOException {
        int count = in.readByte();
        Map<String, HandlerState> handlers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            handlers.put(in.readUTF(), new HandlerState(in.readUTF(), in.readUTF(), in.readBoolean()));
        }
        return handlers;
    }

    private static void writeTime(DataOutputStream out, Instant time) throws IOException {
        out.writeLong(time.toEpochMilli());
    }

    private static Instant readTime(DataInputStream in) throws IOException {
        return Instant.ofEpochMilli(in.readLong());
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        return in.readBoolean() ? new String(readBytes(in), StandardCharsets.UTF_8) : null;
    }
}
