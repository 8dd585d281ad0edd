package io.waybill.sandbox.imap;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One mail in a folder, with its flags. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record ImapMail(long uid, Instant internalDate, byte[] eml, Set<String> flags) {
    ImapMail(long uid, Instant internalDate, byte[] eml) {
        this(uid, internalDate, eml, new ConcurrentSkipListSet<>());
    }

    ImapMail renumbered(long newUid) {
        return new ImapMail(newUid, internalDate, eml, flags);
    }

    /** The header with the empty line that ends it. */
    byte[] header() {
        return Arrays.copyOf(eml, bodyStart());
    }

    byte[] body() {
        return Arrays.copyOfRange(eml, bodyStart(), eml.length);
    }

    /** The header's fields, each with its continuation lines and line end. */
    Stream<String> fields() {
        return Arrays.stream(new String(header(), StandardCharsets.ISO_8859_1).split("(?<=\r\n)(?![ \t])"))
                .filter(field -> !field.isBlank());
    }

    /** Those fields that are named, or those that are not, with the empty line at the end. */
    byte[] fields(Collection<String> names, boolean named) {
        Set<String> wanted =
                names.stream().map(name -> name.toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
        return fields().filter(field -> wanted.contains(nameOf(field)) == named)
                .collect(Collectors.joining("", "", "\r\n"))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether a field of that name holds the text, in any case. */
    boolean hasField(String name, String text) {
        String upper = name.toUpperCase(Locale.ROOT);
        return fields().filter(field -> nameOf(field).equals(upper))
                .anyMatch(field -> field.substring(name.length())
                        .toUpperCase(Locale.ROOT)
                        .contains(text.toUpperCase(Locale.ROOT)));
    }

    private static String nameOf(String field) {
        int colon = field.indexOf(':');
        return (colon < 0 ? field : field.substring(0, colon)).strip().toUpperCase(Locale.ROOT);
    }

    private int bodyStart() {
        for (int i = 0; i + 3 < eml.length; i++) {
            if (eml[i] == '\r' && eml[i + 1] == '\n' && eml[i + 2] == '\r' && eml[i + 3] == '\n') {
                return i + 4;
            }
        }
        return eml.length;
    }
}
