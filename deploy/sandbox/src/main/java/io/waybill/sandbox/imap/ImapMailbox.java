package io.waybill.sandbox.imap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A folder in memory. Safe for use by tests and connections at once. */
public final class ImapMailbox {
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private List<ImapMail> mails = new ArrayList<>();
    private long uidValidity = 1_000;
    private long uidNext = 1;

    ImapMailbox() {}

    /** Adds a mail that arrives now. Returns its UID. */
    public long append(byte[] eml) {
        return append(eml, Instant.now());
    }

    /**
     * Adds a mail.
     *
     * @param eml the mail with CRLF line ends; given out byte by byte as it is
     * @param internalDate when the server took it in
     * @return its UID
     */
    public long append(byte[] eml, Instant internalDate) {
        long uid;
        synchronized (this) {
            uid = uidNext++;
            mails.add(new ImapMail(uid, internalDate, eml.clone()));
        }
        tellWatchers();
        return uid;
    }

    /** Removes a mail for good; false if there is none with that UID. */
    public boolean expunge(long uid) {
        boolean removed;
        synchronized (this) {
            removed = mails.removeIf(mail -> mail.uid() == uid);
        }
        tellWatchers();
        return removed;
    }

    /** Leaves a gap in the UIDs, as expunged mails do. */
    public synchronized void skipTo(long nextUid) {
        uidNext = Math.max(uidNext, nextUid);
    }

    /**
     * What a server does that lost its index: a new UIDVALIDITY, and the mails numbered from 1 in their order. Connections that
     * have the folder open are not told; drop them too, as such a server does.
     */
    public synchronized void renumber() {
        uidValidity++;
        uidNext = 1;
        List<ImapMail> renumbered = new ArrayList<>();
        for (ImapMail mail : mails) {
            renumbered.add(mail.renumbered(uidNext++));
        }
        mails = renumbered;
    }

    public synchronized long uidValidity() {
        return uidValidity;
    }

    public synchronized long uidNext() {
        return uidNext;
    }

    /** The UIDs in it, ascending. */
    public synchronized List<Long> uids() {
        return mails.stream().map(ImapMail::uid).toList();
    }

    /** Whether somebody set {@code \Seen} on the mail. */
    public boolean isSeen(long uid) {
        return mail(uid).map(mail -> mail.flags().contains("\\Seen")).orElse(false);
    }

    synchronized List<ImapMail> mails() {
        return List.copyOf(mails);
    }

    synchronized Optional<ImapMail> mail(long uid) {
        return mails.stream().filter(mail -> mail.uid() == uid).findFirst();
    }

    void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    void unwatch(Runnable watcher) {
        watchers.remove(watcher);
    }

    private void tellWatchers() {
        watchers.forEach(Runnable::run);
    }
}
