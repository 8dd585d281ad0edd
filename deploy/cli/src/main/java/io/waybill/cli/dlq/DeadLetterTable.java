package io.waybill.cli.dlq;

import io.waybill.cli.Problem;
import io.waybill.cli.topics.TopicReader;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The dead letters that are open and match, oldest failure first.
 *
 * @param letters at most {@link #MAX}
 * @param truncated whether there are more, for another run
 */
public record DeadLetterTable(List<DeadLetter> letters, boolean truncated) {
    /** Of some 3 KiB each, and 8 KiB at most, in a heap of 160 MiB. */
    public static final int MAX = 10_000;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Reads the topic to its end. */
    public static DeadLetterTable read(Map<String, Object> kafka, DeadLetterFilter filter) {
        Map<String, DeadLetter> open = new LinkedHashMap<>();
        boolean[] truncated = new boolean[1];
        boolean whole = new TopicReader(kafka).read(Topics.DEAD_LETTERS, TopicReader.ALL_PARTITIONS, LIMIT, record -> {
            if (record.key() == null) {
                return;
            }
            if (record.value() == null) {
                open.remove(new String(record.key(), StandardCharsets.UTF_8));
                return;
            }
            DeadLetter letter = new DeadLetter(record);
            if (!filter.matches(letter)) {
                open.remove(letter.id());
            } else if (open.size() < MAX || open.containsKey(letter.id())) {
                open.put(letter.id(), letter);
            } else {
                truncated[0] = true;
            }
        });
        if (!whole) {
            throw Problem.incomplete(
                    "the dead letters could not be read to their end within " + LIMIT.toMinutes() + " minutes",
                    Topics.DEAD_LETTERS.name(),
                    "Look at the broker's load and the connection to it, then try again.");
        }
        List<DeadLetter> sorted = open.values().stream()
                .sorted(Comparator.comparing(
                                (DeadLetter letter) -> letter.failedAt().orElse(Instant.EPOCH))
                        .thenComparing(DeadLetter::id))
                .toList();
        return new DeadLetterTable(sorted, truncated[0]);
    }
}
