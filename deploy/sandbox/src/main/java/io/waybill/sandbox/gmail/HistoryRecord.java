package io.waybill.sandbox.gmail;

import java.time.Instant;
import java.util.List;

/**
 * One change of a mailbox.
 *
 * @param id unsigned
 * @param labels the message's, as they are after the change; of a deleted message, as they were
 * @param changed the labels that came or went; empty unless the kind is about labels
 * @param visibleFrom when a client that lists the history finds it
 */
record HistoryRecord(
        long id,
        Kind kind,
        String messageId,
        String threadId,
        List<String> labels,
        List<String> changed,
        Instant at,
        Instant visibleFrom) {

    enum Kind {
        MESSAGE_ADDED("messageAdded", "messagesAdded"),
        MESSAGE_DELETED("messageDeleted", "messagesDeleted"),
        LABEL_ADDED("labelAdded", "labelsAdded"),
        LABEL_REMOVED("labelRemoved", "labelsRemoved");

        private final String type;
        private final String field;

        Kind(String type, String field) {
            this.type = type;
            this.field = field;
        }

        /** As {@code historyTypes} names it. */
        String type() {
            return type;
        }

        /** As records name it. */
        String field() {
            return field;
        }

        boolean isOfLabels() {
            return this == LABEL_ADDED || this == LABEL_REMOVED;
        }
    }

    /** A label filter goes by the labels of that time: what has left the inbox since is listed all the same. */
    boolean concerns(String label) {
        return labels.contains(label) || changed.contains(label);
    }
}
