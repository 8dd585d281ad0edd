package io.waybill.sandbox.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** A folder's messages, by the time they were received, and what ever happened in it. Guarded by its mailbox. */
final class GraphFolder {
    private static final Comparator<GraphMessage> BY_TIME =
            Comparator.comparing(GraphMessage::received).thenComparingLong(GraphMessage::order);

    private final String id;
    private final String name;
    private final NavigableSet<GraphMessage> messages = new TreeSet<>(BY_TIME);
    private final List<Change> journal = new ArrayList<>();

    GraphFolder(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /** What delta tells of. The order tells an arrival from a later one of the same message. */
    record Change(Kind kind, String immutableId, String restId, long order) {}

    enum Kind {
        ARRIVED,
        DELETED,
        MOVED_AWAY
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    NavigableSet<GraphMessage> messages() {
        return messages;
    }

    List<Change> journal() {
        return journal;
    }

    void arrive(GraphMessage message) {
        messages.add(message);
        journal.add(change(Kind.ARRIVED, message));
    }

    void leave(GraphMessage message, Kind kind) {
        messages.remove(message);
        journal.add(change(kind, message));
    }

    private static Change change(Kind kind, GraphMessage message) {
        return new Change(kind, message.immutableId(), message.restId(), message.order());
    }
}
