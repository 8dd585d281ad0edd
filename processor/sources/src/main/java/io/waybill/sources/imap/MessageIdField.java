package io.waybill.sources.imap;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.iap.ByteArray;

/** Reads a Message-ID as FETCH gives it: a header of one field, which a server may have folded. */
final class MessageIdField {
    /** Bytes that are asked for; what does not fit is no id that anybody could compare (RFC 5322, 2.1.1: 998 a line). */
    static final int MAX_BYTES = 2048;

    private static final Pattern FIELD =
            Pattern.compile("^message-id[ \\t]*:(.*?)$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private static final Pattern ID = Pattern.compile("<([^<>\\s\\x00]{1,998})>");

    private MessageIdField() {}

    /** The first id in brackets; empty where there is none. Case counts. */
    static Optional<String> read(ByteArray header) {
        int length = Math.min(header.getCount(), MAX_BYTES);
        String text = new String(header.getBytes(), header.getStart(), length, StandardCharsets.ISO_8859_1)
                .replaceAll("\\r?\\n(?=[ \\t])", "");
        Matcher field = FIELD.matcher(text);
        if (!field.find()) {
            return Optional.empty();
        }
        Matcher id = ID.matcher(field.group(1));
        return id.find() ? Optional.of(id.group(1)) : Optional.empty();
    }
}
