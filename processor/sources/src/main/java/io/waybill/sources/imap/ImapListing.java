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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 *   <li>Another UIDVALIDITY than that of the page before: the listing begins anew, for the same reason.
 *   <li>Another UIDVALIDITY for more than the third time within a day: a server that has lost its mind, or two that answer in turn.
 *       Listing fails, so that the mailbox is parked, and cursor and page stay. So it goes on by itself as soon as the folder has the
 *       UIDVALIDITY of one of them again, or the first of the changes is a day old.
 * </ul>
 *
 * <p>Each pointer carries the hash of its Message-ID, where there is one.
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

    /** Changes of UIDVALIDITY within {@link ImapCursor#WINDOW} that are taken for what they say. */
    private static final int MAX_EPOCHS = 3;

    /** Messages of one page that the server may fail to describe; of more it is the server that is at fault. */
    private static final int MAX_UNDESCRIBED = 8;

    private static final long MAX_UID = 0xFFFF_FFFFL;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d-MMM-uuuu", Locale.US).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(ImapListing.class);

    ListResult read(
            ImapSession session,
            Mailbox mailbox,
            String folder,
            Optional<ImapCursor> cursor,
            Optional<ImapPage> page,
            MessageIdHashes hashes)
            throws ImapException {
        // UIDNEXT first: what comes while we list has a UID beyond it, and is found by this listing or by the next one.
        Examined examined = session.examine(folder);
        requireStable(folder, examined, cursor, page);
        Range range = range(mailbox, folder, examined, cursor);
        ImapPage start = page.filter(going -> going.uidValidity() == examined.uidValidity())
                .orElseGet(() -> new ImapPage(
                        examined.uidValidity(),
                        range.from() - 1,
                        examined.uidNext(),
                        cursor.map(ImapCursor::lastInternalDate).orElse(Instant.EPOCH),
                        begun(range, page)));
        return new Reader(session, mailbox.tenantId(), folder, range, cursor, hashes).read(start);
    }

    /** The changes of UIDVALIDITY that a listing has met once it begins now. */
    private List<Instant> begun(Range range, Optional<ImapPage> page) {
        List<Instant> before = epochs(Optional.empty(), page);
        return page.isPresent() || range.recovered()
                ? Stream.concat(before.stream(), Stream.of(clock.instant())).toList()
                : before;
    }

    /** The changes of UIDVALIDITY that count now, oldest first. */
    private List<Instant> epochs(Optional<ImapCursor> cursor, Optional<ImapPage> page) {
        Instant now = clock.instant();
        return Stream.concat(
                        cursor.stream().flatMap(last -> last.epochsWithin(now).stream()),
                        page.stream().flatMap(going -> going.epochsWithin(now).stream()))
                .toList();
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

    private void requireStable(String folder, Examined examined, Optional<ImapCursor> cursor, Optional<ImapPage> page)
            throws ImapException {
        Set<Long> known = Stream.concat(
                        cursor.map(ImapCursor::uidValidity).stream(), page.map(ImapPage::uidValidity).stream())
                .collect(Collectors.toSet());
        List<Instant> epochs = epochs(cursor, page);
        if (epochs.size() >= MAX_EPOCHS && !known.contains(examined.uidValidity())) {
            throw new UnstableFolder(folder, known, epochs.getFirst().plus(ImapCursor.WINDOW), epochs.size() + 1);
        }
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
        private final String tenant;
        private final String folder;
        private final Range range;
        private final Optional<ImapCursor> cursor;
        private final MessageIdHashes hashes;
        private int undescribed;

        Reader(
                ImapSession session,
                String tenant,
                String folder,
                Range range,
                Optional<ImapCursor> cursor,
                MessageIdHashes hashes) {
            this.session = session;
            this.tenant = tenant;
            this.folder = folder;
            this.range = range;
            this.cursor = cursor;
            this.hashes = hashes;
        }

        ListResult read(ImapPage start) throws ImapException {
            List<Long> found = new ArrayList<>();
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
                        found.add(message.uid());
                    }
                    latest = later(latest, message.internalDate());
                }
                boolean more = taken.size() < uids.size();
                if (open && !more) {
                    long highest = uids.isEmpty() ? 0 : uids.getLast();
                    return ListResult.end(
                            pointers(start, found), end(start, latest, Math.max(start.uidNext() - 1, highest)));
                }
                covered = more ? taken.getLast() : covered + width;
                if (found.size() == ListResult.MAX_POINTERS || more) {
                    break;
                }
                width = Math.min(LARGEST_RANGE, width * 2);
            }
            return ListResult.more(
                    pointers(start, found), start.at(covered, latest).toString());
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
            List<Described> described = new ArrayList<>();
            if (!uids.isEmpty()) {
                describe(uids, described);
            }
            return described;
        }

        /** By halves where the server says NO: some do for one message that they cannot read, which must not hide the others. */
        private void describe(List<Long> uids, List<Described> into) throws ImapException {
            Optional<Map<Long, Described>> messages = session.describeIfWilling(uids);
            if (messages.isPresent()) {
                // What was deleted in between has no answer, and needs none.
                uids.stream()
                        .filter(messages.get()::containsKey)
                        .map(messages.get()::get)
                        .forEach(into::add);
            } else if (uids.size() > 1) {
                describe(uids.subList(0, uids.size() / 2), into);
                describe(uids.subList(uids.size() / 2, uids.size()), into);
            } else {
                if (++undescribed > MAX_UNDESCRIBED) {
                    throw ServerAnswers.error("the server answered NO to UID FETCH");
                }
                // Found all the same: its own fetch tells of it.
                into.add(new Described(uids.getFirst(), 0, range.since()));
            }
        }

        private boolean wanted(Described message) {
            if (range.byDate()) {
                return !message.internalDate().isBefore(range.since());
            }
            boolean young = message.internalDate().isAfter(clock.instant().minus(PUBLISHED_LATE));
            return message.uid() > range.known()
                    || (young && !message.internalDate().isBefore(range.since()));
        }

        private List<MessagePointer> pointers(ImapPage start, List<Long> uids) throws ImapException {
            Map<Long, String> hashOf = hashes.of(session, tenant, uids);
            // What an earlier page of this listing named is named once more.
            boolean recovered = range.recovered() || !start.epochs().isEmpty();
            return uids.stream()
                    .<MessagePointer>map(
                            uid -> new ImapPointer(folder, start.uidValidity(), uid, hashOf.get(uid), recovered))
                    .toList();
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
            return new ImapCursor(
                            start.uidValidity(), Math.max(before, lastUid), latest, epochs(cursor, Optional.of(start)))
                    .toString();
        }
    }
}
