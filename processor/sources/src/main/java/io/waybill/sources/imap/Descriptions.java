package io.waybill.sources.imap;

import io.waybill.sources.imap.ImapSession.Described;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.protocol.FetchResponse;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;
import org.eclipse.angus.mail.imap.protocol.INTERNALDATE;
import org.eclipse.angus.mail.imap.protocol.RFC822SIZE;
import org.eclipse.angus.mail.imap.protocol.UID;

/**
 * What the answers to one UID FETCH say of messages, by UID. A server may describe a message in several pieces, which only its sequence
 * number holds together; and between them it may say that another message is gone, which shifts the numbers of all above it (RFC 9051,
 * 7.5.1).
 */
final class Descriptions {
    private final Map<Long, Described> whole = new HashMap<>();
    private NavigableMap<Integer, Piece> pieces = new TreeMap<>();

    /** What is said of a message so far; null for what is not. */
    private record Piece(Long uid, Long size, Instant date) {
        static Piece of(FetchResponse fetched) {
            UID uid = fetched.getItem(UID.class);
            RFC822SIZE size = fetched.getItem(RFC822SIZE.class);
            INTERNALDATE date = fetched.getItem(INTERNALDATE.class);
            return new Piece(
                    uid == null ? null : uid.uid,
                    size == null ? null : size.size,
                    date == null ? null : date.getDate().toInstant());
        }

        Piece and(Piece later) {
            return new Piece(
                    later.uid == null ? uid : later.uid,
                    later.size == null ? size : later.size,
                    later.date == null ? date : later.date);
        }

        boolean isWhole() {
            return uid != null && size != null && size >= 0 && date != null;
        }

        /** News of flags, which come unasked, say neither. */
        boolean describes() {
            return size != null || date != null;
        }
    }

    /** Takes the next answer, in the order of their coming. */
    void add(Response response) {
        if (response instanceof FetchResponse fetched) {
            add(fetched.getNumber(), Piece.of(fetched));
        } else if (response instanceof IMAPResponse news && news.keyEquals("EXPUNGE")) {
            expunge(news.getNumber());
        }
    }

    private void add(int number, Piece piece) {
        Piece known = piece.isWhole() ? piece : pieces.merge(number, piece, Piece::and);
        if (known.isWhole()) {
            pieces.remove(number);
            whole.put(known.uid(), new Described(known.uid(), known.size(), known.date()));
        }
    }

    private void expunge(int number) {
        NavigableMap<Integer, Piece> left = new TreeMap<>(pieces.headMap(number, false));
        pieces.tailMap(number, false).forEach((above, piece) -> left.put(above - 1, piece));
        pieces = left;
    }

    /** All of them, after the last answer. */
    Map<Long, Described> all() throws ImapException {
        if (pieces.values().stream().anyMatch(Piece::describes)) {
            throw ServerAnswers.error("the server describes a message without UID, size or date");
        }
        return whole;
    }
}
