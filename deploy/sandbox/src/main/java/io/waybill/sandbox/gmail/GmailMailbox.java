package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.MimeHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A user's messages and what ever happened to them, in memory. History ids are unsigned, and grow by odd steps. */
final class GmailMailbox {
    private static final Comparator<GmailMessage> BY_TIME =
            Comparator.comparing(GmailMessage::received).thenComparing(GmailMessage::id);

    private final MessageIds ids = new MessageIds();
    private final Map<String, GmailMessage> messages = new HashMap<>();
    private final NavigableSet<GmailMessage> byTime = new TreeSet<>(BY_TIME);
    private final Map<String, String> threads = new HashMap<>();
    private final List<HistoryRecord> history = new ArrayList<>();
    private final String address;
    private volatile boolean denied;
    private long historyId;
    // What a client may start from at the earliest.
    private long oldest;

    GmailMailbox(String address, long firstHistoryId) {
        this.address = address;
        historyId = firstHistoryId;
        oldest = firstHistoryId;
    }

    /**
     * A message that came, changed or went, as far as watches ask.
     *
     * @param labels those it had and those it has
     * @param historyId the mailbox's after it
     */
    record Change(String messageId, List<String> labels, long historyId) {}

    record Profile(int messages, int threads, long historyId) {}

    String address() {
        return address;
    }

    boolean isDenied() {
        return denied;
    }

    void deny(boolean access) {
        denied = access;
    }

    synchronized long historyId() {
        return historyId;
    }

    synchronized Profile profile() {
        int distinct = (int) messages.values().stream()
                .map(GmailMessage::threadId)
                .distinct()
                .count();
        return new Profile(messages.size(), distinct, historyId);
    }

    synchronized Change deliver(byte[] mime, Instant received, List<String> labels, Instant now, Instant visibleFrom) {
        String id = ids.next();
        MimeHeaders headers = MimeHeaders.of(mime);
        String messageId = headers.messageId().orElse("");
        String thread =
                threads.computeIfAbsent(headers.conversationRoot(messageId.isEmpty() ? id : messageId), root -> id);
        GmailMessage message =
                new GmailMessage(id, thread, distinct(labels), nextHistoryId(), received, messageId, mime);
        put(message);
        record(HistoryRecord.Kind.MESSAGE_ADDED, message, List.of(), now, visibleFrom);
        return new Change(id, message.labels(), historyId);
    }

    /** Labels that are there already, and such as are not there to go, change nothing. Empty if there is no such message. */
    synchronized Optional<Change> relabel(
            String id, List<String> added, List<String> removed, Instant now, Instant visibleFrom) {
        GmailMessage before = messages.get(id);
        if (before == null) {
            return Optional.empty();
        }
        List<String> coming = distinct(added).stream()
                .filter(label -> !before.labels().contains(label))
                .toList();
        List<String> going = distinct(removed).stream()
                .filter(label -> before.labels().contains(label))
                .toList();
        LinkedHashSet<String> labels = new LinkedHashSet<>(before.labels());
        if (!coming.isEmpty()) {
            labels.addAll(coming);
            put(before.relabelled(List.copyOf(labels), nextHistoryId()));
            record(HistoryRecord.Kind.LABEL_ADDED, messages.get(id), coming, now, visibleFrom);
        }
        if (!going.isEmpty()) {
            going.forEach(labels::remove);
            put(before.relabelled(List.copyOf(labels), nextHistoryId()));
            record(HistoryRecord.Kind.LABEL_REMOVED, messages.get(id), going, now, visibleFrom);
        }
        labels.addAll(before.labels());
        return Optional.of(new Change(id, List.copyOf(labels), historyId));
    }

    synchronized Optional<Change> delete(String id, Instant now, Instant visibleFrom) {
        GmailMessage gone = messages.remove(id);
        if (gone == null) {
            return Optional.empty();
        }
        byTime.remove(gone);
        nextHistoryId();
        record(HistoryRecord.Kind.MESSAGE_DELETED, gone, List.of(), now, visibleFrom);
        return Optional.of(new Change(id, gone.labels(), historyId));
    }

    synchronized Optional<GmailMessage> find(String id) {
        return Optional.ofNullable(messages.get(id));
    }

    /** Newest first, at most so many of those that the query wants. */
    synchronized List<GmailMessage> list(Predicate<GmailMessage> query, int most) {
        return byTime.descendingSet().stream().filter(query).limit(most).toList();
    }

    /** Whether what happened since is known: not if it is too long ago, nor if it is yet to come. */
    synchronized boolean knows(long startHistoryId) {
        return Long.compareUnsigned(startHistoryId, oldest) >= 0
                && Long.compareUnsigned(startHistoryId, historyId) <= 0;
    }

    /**
     * Some of what happened, oldest first.
     *
     * @param historyId the mailbox's at that moment: what happens next is beyond it
     */
    record History(List<HistoryRecord> records, long historyId) {}

    /** What happened after that, at most so many of those that are wanted. */
    synchronized History history(long after, Predicate<HistoryRecord> wanted, int most) {
        List<HistoryRecord> records = history.subList(firstAfter(after), history.size()).stream()
                .filter(wanted)
                .limit(most)
                .toList();
        return new History(records, historyId);
    }

    /** What has happened before is forgotten; only from now on is it known. */
    synchronized void expireHistory() {
        oldest = historyId;
        history.clear();
    }

    /** What is older is forgotten. */
    synchronized void expireHistory(Instant olderThan) {
        int kept = 0;
        while (kept < history.size() && history.get(kept).at().isBefore(olderThan)) {
            oldest = history.get(kept).id();
            kept++;
        }
        history.subList(0, kept).clear();
    }

    private int firstAfter(long id) {
        int low = 0;
        int high = history.size();
        while (low < high) {
            int middle = (low + high) / 2;
            if (Long.compareUnsigned(history.get(middle).id(), id) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long nextHistoryId() {
        // Between 3 and 21: nobody may count on the next number.
        historyId += 3 + 2 * Long.remainderUnsigned(historyId, 10);
        return historyId;
    }

    private void put(GmailMessage message) {
        GmailMessage former = messages.put(message.id(), message);
        if (former != null) {
            byTime.remove(former);
        }
        byTime.add(message);
    }

    private void record(
            HistoryRecord.Kind kind, GmailMessage message, List<String> changed, Instant now, Instant visibleFrom) {
        history.add(new HistoryRecord(
                historyId, kind, message.id(), message.threadId(), message.labels(), changed, now, visibleFrom));
    }

    private static List<String> distinct(List<String> labels) {
        return List.copyOf(new LinkedHashSet<>(labels));
    }
}
