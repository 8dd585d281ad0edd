package io.waybill.sandbox.gmail;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who has a mailbox. */
final class GmailUsers {
    private static final long FIRST_HISTORY_ID = 1_006_196;
    private static final long APART = 1_000_000_000;

    private final Map<String, GmailMailbox> mailboxes = new ConcurrentHashMap<>();
    private long made;

    /** Where no other ever had its history: a cursor from a mailbox that was replaced is too old for the new one. */
    synchronized void add(String address) {
        add(address, FIRST_HISTORY_ID + APART * made++);
    }

    void add(String address, long firstHistoryId) {
        mailboxes.put(key(address), new GmailMailbox(address, firstHistoryId));
    }

    void remove(String address) {
        mailboxes.remove(key(address));
    }

    List<GmailMailbox> all() {
        return List.copyOf(mailboxes.values());
    }

    /** For who prepares a test. */
    GmailMailbox get(String address) {
        return find(address).orElseThrow(() -> new IllegalArgumentException("no user " + address));
    }

    /** For who asks over HTTP. */
    GmailMailbox open(String address) throws GmailRefusal {
        GmailMailbox mailbox = find(address).orElseThrow(() -> new GmailRefusal(GmailAnswer.mailServiceNotEnabled()));
        if (mailbox.isDenied()) {
            throw new GmailRefusal(
                    GmailAnswer.forbidden("domainPolicy", "The domain administrators have disabled Gmail apps."));
        }
        return mailbox;
    }

    private Optional<GmailMailbox> find(String address) {
        return Optional.ofNullable(mailboxes.get(key(address)));
    }

    private static String key(String address) {
        return address.toLowerCase(Locale.ROOT);
    }
}
