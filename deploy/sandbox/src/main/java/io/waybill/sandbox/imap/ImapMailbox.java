package io.waybill.sandbox.imap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** A folder in memory. Safe for use by tests and connections at once. */
public final class ImapMailbox {
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final Set<String> attributes = new ConcurrentSkipListSet<>();
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

    /** What LIST says of the folder, such as {@code \\All} or {@code \\Noselect}; the latter also keeps it from being opened. */
    public ImapMailbox mark(String... listed) {
        attributes.addAll(List.of(listed));
        return this;
    }

    /** Moves a mail to another folder, where it gets the next UID and keeps its date. Returns that UID. */
    public long move(long uid, ImapMailbox target) {
        ImapMail mail = mail(uid).orElseThrow(() -> new IllegalArgumentException("no UID " + uid));
        long moved = target.append(mail.eml(), mail.internalDate());
        expunge(uid);
        return moved;
    }

    /** Leaves a gap in the UIDs, as expunged mails do. */
    public synchronized void skipTo(long nextUid) {
        uidNext = Math.max(uidNext, nextUid);
    }

    /**
     * What a server does that lost its index: a new UIDVALIDITY, and the mails numbered from 1 in their order. Connections that
     * have the folder open are not told; drop them too, as such a server does.
     */
    public void renumber() {
        renumber(uidValidity() + 1);
    }

    /** The same with a UIDVALIDITY that may be one of before, as after a backup was played back. */
    public synchronized void renumber(long newUidValidity) {
        uidValidity = newUidValidity;
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

    Set<String> attributes() {
        return attributes;
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
