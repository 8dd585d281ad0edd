package io.waybill.sources.imap;

import java.time.Instant;
import java.util.List;
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
 * @param epochs when this listing met another UIDVALIDITY than the one before, which was the cursor's or its own, oldest first. The
 *     cursor gets them only when the listing ends, which it may never do
 */
record ImapPage(long uidValidity, long covered, long uidNext, Instant latest, List<Instant> epochs) {
    /** Version 1 knew no epochs; it is written still where there are none, so that a release before can go on from it. */
    private static final Pattern FORM = Pattern.compile(
            "p[12];(\\d{1,10});(\\d{1,10});(\\d{1,10});(-?\\d{1,15})(?:;(" + ImapCursor.EPOCHS_FORM + "))?");

    ImapPage {
        epochs = List.copyOf(epochs);
    }

    static Optional<ImapPage> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new ImapPage(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        Instant.ofEpochMilli(Long.parseLong(matcher.group(4))),
                        matcher.group(5) == null ? List.of() : ImapCursor.epochs(matcher.group(5))))
                : Optional.empty();
    }

    /** The changes of UIDVALIDITY that count now. */
    List<Instant> epochsWithin(Instant now) {
        return ImapCursor.within(epochs, now);
    }

    /** Where the same listing stands after some messages more. */
    ImapPage at(long nowCovered, Instant nowLatest) {
        return new ImapPage(uidValidity, nowCovered, uidNext, nowLatest, epochs);
    }

    @Override
    public String toString() {
        String listed = uidValidity + ";" + covered + ";" + uidNext + ";" + latest.toEpochMilli();
        return epochs.isEmpty() ? "p1;" + listed : "p2;" + listed + ";" + ImapCursor.text(epochs);
    }
}
