package io.waybill.inbound.mime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/** Fields in the body of a part, as reports have them: blocks like headers, with empty lines between. */
final class FieldBlocks {
    /** Longer than any honest report or returned header. */
    static final int MAX_BYTES = 64 << 10;

    private static final int MAX_FIELDS = 1_000;

    private FieldBlocks() {}

    /** The blocks, in order; one that cannot be read to its end has the fields before. */
    static List<HeaderFields> read(byte[] part, int max) {
        String text = new String(part, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
        List<HeaderFields> blocks = new ArrayList<>();
        int start = 0;
        while (start < text.length() && blocks.size() < max) {
            int end = text.indexOf("\n\n", start);
            String block = text.substring(start, end < 0 ? text.length() : end);
            if (!block.isBlank()) {
                blocks.add(fields(block));
            }
            start = end < 0 ? text.length() : end + 2;
        }
        return blocks;
    }

    private static HeaderFields fields(String block) {
        HeaderFields fields = new HeaderFields();
        MimeTokenStream tokens = new MimeTokenStream(
                MimeConfig.custom()
                        .setMaxLineLen(-1)
                        .setMaxHeaderLen(MAX_BYTES)
                        .setMaxHeaderCount(MAX_FIELDS)
                        .build(),
                DecodeMonitor.SILENT,
                null,
                null);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        byte[] bytes = (block.stripLeading().replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        try {
            tokens.parse(new ByteArrayInputStream(bytes));
            for (EntityState state = tokens.getState(); state != EntityState.T_END_HEADER; state = tokens.next()) {
                if (state == EntityState.T_FIELD) {
                    fields.add(tokens.getField());
                } else if (state == EntityState.T_END_OF_STREAM) {
                    break;
                }
            }
        } catch (MimeException | IOException | RuntimeException broken) {
            // The library gives up on this block: what was read until then stands. The bytes are in memory, so no
            // disk failed.
        }
        return fields;
    }
}
