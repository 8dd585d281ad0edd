package io.waybill.cli.dlq;

import io.waybill.cli.Problem;
import io.waybill.cli.topics.TopicReader;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The dead letters that are open and match, oldest failure first.
 *
 * @param letters at most {@link #MAX}
 * @param truncated whether there are more, for another run
 */
public record DeadLetterTable(List<DeadLetter> letters, boolean truncated) {
    /** Of some 3 KiB each, and 8 KiB at most, in a heap of 160 MiB. */
    public static final int MAX = 10_000;

    /** Of those beyond, which are remembered by their ids alone: some 200 bytes each. */
    private static final int MAX_IDS = 200_000;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Reads the topic to its end. */
    public static DeadLetterTable read(Map<String, Object> kafka, DeadLetterFilter filter) {
        return read(kafka, filter, MAX, MAX_IDS);
    }

    /**
     * The log holds what was closed since as well, and before its tombstone. What does not fit is remembered by its id, so that it counts
     * only where it is still open at the end; where there is room by then, a second reading fetches it.
     */
    static DeadLetterTable read(Map<String, Object> kafka, DeadLetterFilter filter, int max, int maxIds) {
        Map<String, DeadLetter> open = new LinkedHashMap<>();
        Set<String> beyond = new LinkedHashSet<>();
        // Whether there were more than even ids are remembered of: nobody knows then that all were closed.
        boolean[] unknown = new boolean[1];
        replay(kafka, filter, (id, letter) -> {
            if (letter == null) {
                open.remove(id);
                beyond.remove(id);
            } else if (open.containsKey(id) || open.size() < max) {
                open.put(id, letter);
                beyond.remove(id);
            } else if (beyond.size() < maxIds) {
                beyond.add(id);
            } else if (!beyond.contains(id)) {
                unknown[0] = true;
            }
        });
        int room = Math.min(max - open.size(), beyond.size());
        if (room > 0) {
            Set<String> wanted = new HashSet<>(open.keySet());
            beyond.stream().limit(room).forEach(wanted::add);
            beyond.removeAll(wanted);
            open.clear();
            replay(kafka, filter, (id, letter) -> {
                if (letter == null) {
                    open.remove(id);
                } else if (wanted.contains(id)) {
                    open.put(id, letter);
                }
            });
        }
        List<DeadLetter> sorted = open.values().stream()
                .sorted(Comparator.comparing(
                                (DeadLetter letter) -> letter.failedAt().orElse(Instant.EPOCH))
                        .thenComparing(DeadLetter::id))
                .toList();
        return new DeadLetterTable(sorted, unknown[0] || !beyond.isEmpty());
    }

    /** Tells of each record by id, in the order of the log: with null where it was closed, or does not match any more. */
    private static void replay(
            Map<String, Object> kafka, DeadLetterFilter filter, BiConsumer<String, DeadLetter> sink) {
        boolean whole = new TopicReader(kafka).read(Topics.DEAD_LETTERS, TopicReader.ALL_PARTITIONS, LIMIT, record -> {
            if (record.key() == null) {
                return;
            }
            if (record.value() == null) {
                sink.accept(new String(record.key(), StandardCharsets.UTF_8), null);
                return;
            }
            DeadLetter letter = new DeadLetter(record);
            sink.accept(letter.id(), filter.matches(letter) ? letter : null);
        });
        if (!whole) {
            throw Problem.incomplete(
                    "the dead letters could not be read to their end within " + LIMIT.toMinutes() + " minutes",
                    Topics.DEAD_LETTERS.name(),
                    "Look at the broker's load and the connection to it, then try again.");
        }
    }
}
