package io.waybill.sources.imap;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a listing of several pages stands. A listing goes through the UIDs once, upwards, so it needs no more than this.
 *
 * @param uidValidity the epoch that is being listed; if it is another by now, the listing begins anew
 * @param covered all messages up to this UID were looked at
 * @param uidNext the server's UIDNEXT when the listing began: what came later is another listing's
 * @param latest the latest arrival seen so far
 */
record ImapPage(long uidValidity, long covered, long uidNext, Instant latest) {
    private static final Pattern FORM = Pattern.compile("p1;(\\d{1,10});(\\d{1,10});(\\d{1,10});(-?\\d{1,15})");

    static Optional<ImapPage> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new ImapPage(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        Instant.ofEpochMilli(Long.parseLong(matcher.group(4)))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "p1;" + uidValidity + ";" + covered + ";" + uidNext + ";" + latest.toEpochMilli();
    }
}
