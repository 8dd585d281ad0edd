package io.waybill.sandbox.gmail;

import java.time.Instant;
import java.util.List;

/**
 * Who is told of what.
 *
 * @param address whose mailbox it is
 * @param labels empty for all messages
 * @param excluding whether the labels name what is not told
 */
public record GmailWatch(String address, String topic, List<String> labels, boolean excluding, Instant expiration) {
    public GmailWatch {
        labels = List.copyOf(labels);
    }

    /** @param concerned the labels that the message had or has */
    boolean tells(List<String> concerned) {
        return labels.isEmpty() || labels.stream().anyMatch(concerned::contains) != excluding;
    }
}
