package io.waybill.watch;

import io.waybill.contracts.ImapNotification;
import io.waybill.sources.imap.ImapException;
import io.waybill.sources.imap.ImapSession;
import io.waybill.sources.imap.ImapSession.Examined;
import io.waybill.sources.imap.MessageIdHashes;
import java.util.List;
import java.util.Map;

/**
 * What came to a folder since the connection was opened. What came before is not this listener's business: on connecting it asks for a
 * listing, and the processor's cursor knows from where.
 */
final class Arrivals {
    private static final long MAX_UID = 0xFFFF_FFFFL;

    private final ImapSession session;
    private long uidValidity;
    private long from;

    Arrivals(Examined examined, ImapSession session) throws ImapException {
        this.session = session;
        restart(examined);
    }

    /** Begins anew, with what comes from now on. */
    void restart(Examined examined) throws ImapException {
        uidValidity = examined.uidValidity();
        from = examined.uidNext() > 0 ? examined.uidNext() : highest() + 1;
    }

    long uidValidity() {
        return uidValidity;
    }

    /** The next UIDs that came, ascending, at most as many as one notification takes. */
    List<Long> next() throws ImapException {
        if (from > MAX_UID) {
            return List.of();
        }
        // "n:*" always names the last message too, even if its UID is below n (RFC 9051, 6.4.8).
        return session.searchNews("UID " + from + ":*").stream()
                .filter(uid -> uid >= from)
                .limit(ImapNotification.MAX_UIDS)
                .toList();
    }

    /** What to tell the ingress of them, with the hashes by which they are found again should they be moved. */
    ImapNotification notification(String tenant, String folder, List<Long> uids, MessageIdHashes hashes)
            throws ImapException {
        Map<Long, String> hashOf = hashes.of(session, tenant, uids);
        return hashOf.isEmpty()
                ? ImapNotification.arrived(folder, uidValidity, uids)
                : ImapNotification.arrived(
                        folder,
                        uidValidity,
                        uids,
                        uids.stream().map(hashOf::get).toList());
    }

    /** The ingress has all up to this UID. */
    void covered(long uid) {
        from = uid + 1;
    }

    /** Some servers do not tell UIDNEXT. */
    private long highest() throws ImapException {
        List<Long> uids = session.searchNews("UID *");
        return uids.isEmpty() ? 0 : uids.getLast();
    }
}
