package io.waybill.sources.imap;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a folder has been listed.
 *
 * @param uidValidity the epoch of the UID
 * @param lastUid all messages up to this UID were covered
 * @param lastInternalDate the latest arrival that listing saw, to the second; the epoch where it has seen none
 */
record ImapCursor(long uidValidity, long lastUid, Instant lastInternalDate) {
    private static final Pattern FORM = Pattern.compile("v1;(\\d{1,10});(\\d{1,10});(-?\\d{1,15})");

    /** Reads what {@link #toString} wrote; empty for anything else: an unreadable cursor is as good as none. */
    static Optional<ImapCursor> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new ImapCursor(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Instant.ofEpochMilli(Long.parseLong(matcher.group(3)))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "v1;" + uidValidity + ";" + lastUid + ";" + lastInternalDate.toEpochMilli();
    }
}
