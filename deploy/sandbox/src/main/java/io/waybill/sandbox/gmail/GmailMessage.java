package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.MimeHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * One message as it is now.
 *
 * @param labels in the order they came
 * @param historyId of its last change, unsigned
 * @param internetMessageId the mail's own Message-ID; empty if it has none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record GmailMessage(
        String id,
        String threadId,
        List<String> labels,
        long historyId,
        Instant received,
        String internetMessageId,
        byte[] mime) {
    private static final int SNIPPET_MAX = 200;

    GmailMessage relabelled(List<String> now, long changedAt) {
        return new GmailMessage(id, threadId, now, changedAt, received, internetMessageId, mime);
    }

    /** The first words of the mail, as they stand there: nothing is decoded. */
    String snippet() {
        int start = MimeHeaders.end(mime);
        int length = Math.min(SNIPPET_MAX, mime.length - start);
        return new String(mime, start, length, StandardCharsets.UTF_8)
                .replaceAll("\\s+", " ")
                .strip();
    }
}
