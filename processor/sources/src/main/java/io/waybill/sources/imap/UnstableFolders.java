package io.waybill.sources.imap;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Mailboxes of which a folder is unstable. Only a listing can find that out, but the job that goes ahead of a parked mailbox may be any:
 * if it fetched a message and got through, all would go on, only to be parked again by the next listing. So every call on such a mailbox
 * looks at the folder first. Forgotten at a restart: then the next listing finds it out again.
 */
final class UnstableFolders {
    private final Clock clock;
    private final Map<MailboxKey, Found> found = new ConcurrentHashMap<>();

    private record Found(String incarnation, UnstableFolder folder) {}

    UnstableFolders(Clock clock) {
        this.clock = clock;
    }

    void add(Mailbox mailbox, UnstableFolder folder) {
        Instant now = clock.instant();
        found.values().removeIf(old -> !now.isBefore(old.folder().until()));
        found.put(mailbox.key(), new Found(mailbox.incarnation(), folder));
    }

    /** Fails where the mailbox has a folder that is unstable still. */
    void require(Mailbox mailbox, ImapSession session) throws ImapException {
        Found known = found.get(mailbox.key());
        if (known == null) {
            return;
        }
        UnstableFolder folder = known.folder();
        boolean over = !known.incarnation().equals(mailbox.incarnation())
                || !mailbox.source().folders().contains(folder.folder())
                || !clock.instant().isBefore(folder.until())
                || folder.isKnown(session.examine(folder.folder()).uidValidity());
        if (!over) {
            throw folder;
        }
        found.remove(mailbox.key(), known);
    }
}
