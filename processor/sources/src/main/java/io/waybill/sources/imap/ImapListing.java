package io.waybill.sources.imap;

import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.sources.ListResult;
import io.waybill.sources.imap.ImapSession.Described;
import io.waybill.sources.imap.ImapSession.Examined;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists what came to a folder since a cursor: UIDs and dates only, one page of a bounded size per call.
 *
 * <ul>
 *   <li>No cursor: what arrived since the mailbox's {@code since}.
 *   <li>A cursor of the same UIDVALIDITY: the UIDs beyond it.
 *   <li>A cursor of another UIDVALIDITY: every message has a new name, and which of them were handled under the old one is unknown.
 *       What arrived since shortly before the last known arrival is listed again as recovered; never the whole folder.
 * </ul>
 */
record ImapListing(Clock clock) {
    /** The retry horizon: what was last seen may still have been on its way for that long. */
    private static final Duration HORIZON = Duration.ofDays(3);

    /**
     * A few servers publish a message after others with a higher UID. Young messages just below the cursor are listed once more, and
     * absorbed where they are known.
     */
    private static final int OVERLAP = 50;

    private static final Duration PUBLISHED_LATE = Duration.ofHours(1);

    /** UIDs asked for at once: at first few, more while the answers are empty, never more than an answer may hold. */
    private static final long FIRST_RANGE = 16 * 1024;

    private static final long LARGEST_RANGE = 1024 * 1024;

    /** A folder of 2^32 UIDs without any message ends here and goes on with the next page. */
    private static final int MAX_SEARCHES = 64;

    private static final long MAX_UID = 0xFFFF_FFFFL;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d-MMM-uuuu", Locale.US).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(ImapListing.class);

    ListResult read(
            ImapSession session, Mailbox mailbox, String folder, Optional<ImapCursor> cursor, Optional<ImapPage> page)
            throws ImapException {
        // UIDNEXT first: what comes while we list has a UID beyond it, and is found by this listing or by the next one.
        Examined examined = session.examine(folder);
        Range range = range(mailbox, folder, examined, cursor);
        ImapPage start = page.filter(going -> going.uidValidity() == examined.uidValidity())
                .orElseGet(() -> new ImapPage(
                        examined.uidValidity(),
                        range.from() - 1,
                        examined.uidNext(),
                        cursor.map(ImapCursor::lastInternalDate).orElse(Instant.EPOCH)));
        return new Reader(session, folder, range, cursor).read(start);
    }

    private Range range(Mailbox mailbox, String folder, Examined examined, Optional<ImapCursor> cursor) {
        Instant since = mailbox.since().truncatedTo(ChronoUnit.SECONDS);
        if (cursor.isEmpty()) {
            return new Range(1, 0, since, true, false);
        }
        ImapCursor last = cursor.get();
        if (last.uidValidity() != examined.uidValidity()) {
            Instant from = last.lastInternalDate().equals(Instant.EPOCH)
                    ? since
                    : last.lastInternalDate().minus(HORIZON);
            LOG.atWarn()
                    .addKeyValue("tenant", mailbox.tenantId())
                    .addKeyValue("mailbox", mailbox.mailboxId())
                    .addKeyValue("folder", folder)
                    .addKeyValue("uidValidity", examined.uidValidity())
                    .addKeyValue("formerUidValidity", last.uidValidity())
                    .addKeyValue("since", from)
                    .log("uidvalidity_changed");
            return new Range(1, 0, from.isBefore(since) ? since : from, true, true);
        }
        return new Range(Math.max(1, last.lastUid() - OVERLAP + 1), last.lastUid(), since, false, false);
    }

    /**
     * What to list.
     *
     * @param from the first UID
     * @param known messages up to this UID were listed before: they count only where they are young
     * @param since the earliest arrival that counts, of messages up to {@code known} or, {@code byDate}, of all
     */
    private record Range(long from, long known, Instant since, boolean byDate, boolean recovered) {}

    private final class Reader {
        private final ImapSession session;
        private final String folder;
        private final Range range;
        private final Optional<ImapCursor> cursor;

        Reader(ImapSession session, String folder, Range range, Optional<ImapCursor> cursor) {
            this.session = session;
            this.folder = folder;
            this.range = range;
            this.cursor = cursor;
        }

        ListResult read(ImapPage start) throws ImapException {
            List<MessagePointer> found = new ArrayList<>();
            Instant latest = start.latest();
            long covered = start.covered();
            long width = FIRST_RANGE;
            for (int searches = 0; searches < MAX_SEARCHES; searches++) {
                boolean open = covered + width >= start.uidNext() - 1;
                List<Long> uids = search(covered + 1, open ? MAX_UID : covered + width);
                int room = ListResult.MAX_POINTERS - found.size();
                List<Long> taken = uids.size() > room ? uids.subList(0, room) : uids;
                for (Described message : described(taken)) {
                    if (wanted(message)) {
                        found.add(pointer(start.uidValidity(), message.uid()));
                    }
                    latest = later(latest, message.internalDate());
                }
                boolean more = taken.size() < uids.size();
                if (open && !more) {
                    long highest = uids.isEmpty() ? 0 : uids.getLast();
                    return ListResult.end(found, end(start, latest, Math.max(start.uidNext() - 1, highest)));
                }
                covered = more ? taken.getLast() : covered + width;
                if (found.size() == ListResult.MAX_POINTERS || more) {
                    break;
                }
                width = Math.min(LARGEST_RANGE, width * 2);
            }
            return ListResult.more(
                    found, new ImapPage(start.uidValidity(), covered, start.uidNext(), latest).toString());
        }

        private List<Long> search(long from, long to) throws ImapException {
            if (from > MAX_UID) {
                return List.of();
            }
            String uids = "UID " + from + ":" + (to == MAX_UID ? "*" : to);
            // SINCE compares days, in the server's time zone: a day more, and the exact comparison is ours.
            Instant day = range.since().minus(Duration.ofDays(1));
            String criteria = range.byDate() && day.isAfter(Instant.EPOCH) ? uids + " SINCE " + DATE.format(day) : uids;
            // "n:*" always names the last message too, even if its UID is below n (RFC 9051, 6.4.8).
            return session.search(criteria).stream()
                    .filter(uid -> uid >= from && uid <= to)
                    .toList();
        }

        private List<Described> described(List<Long> uids) throws ImapException {
            if (uids.isEmpty()) {
                return List.of();
            }
            Map<Long, Described> messages = session.describe(uids);
            // What was deleted in between has no answer, and needs none.
            return uids.stream()
                    .filter(messages::containsKey)
                    .map(messages::get)
                    .toList();
        }

        private boolean wanted(Described message) {
            if (range.byDate()) {
                return !message.internalDate().isBefore(range.since());
            }
            boolean young = message.internalDate().isAfter(clock.instant().minus(PUBLISHED_LATE));
            return message.uid() > range.known()
                    || (young && !message.internalDate().isBefore(range.since()));
        }

        private MessagePointer pointer(long uidValidity, long uid) {
            return new ImapPointer(folder, uidValidity, uid, null, range.recovered());
        }

        /** Some messages come from the future; remembering them would hide what arrives until then. */
        private Instant later(Instant latest, Instant arrived) {
            Instant now = clock.instant();
            Instant believable = arrived.isAfter(now) ? now : arrived;
            return believable.isAfter(latest) ? believable : latest;
        }

        private String end(ImapPage start, Instant latest, long lastUid) {
            long before = cursor.filter(last -> last.uidValidity() == start.uidValidity())
                    .map(ImapCursor::lastUid)
                    .orElse(0L);
            return new ImapCursor(start.uidValidity(), Math.max(before, lastUid), latest).toString();
        }
    }
}
