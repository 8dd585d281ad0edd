package io.waybill.sources.graph;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long a mailbox is left alone where Graph does not say how long. */
class GraphBackoffTest {
    @Test
    @DisplayName("T9 without Retry-After the pauses are 1, 2, 4 … 60 s at most, and half of that at least")
    void backoff_doublesUpToAMinute() {
        Random random = new Random(7);
        List<Integer> seconds = List.of(1, 2, 4, 8, 16, 32, 60, 60, 60);
        for (int before = 0; before < seconds.size(); before++) {
            for (int i = 0; i < 100; i++) {
                Duration pause = GraphClient.backoff(before, random);
                Duration longest = Duration.ofSeconds(seconds.get(before));
                assertTrue(pause.compareTo(longest) <= 0, pause + " instead of at most " + longest);
                assertTrue(
                        pause.compareTo(longest.dividedBy(2)) >= 0, pause + " instead of at least half of " + longest);
            }
        }
        assertTrue(GraphClient.backoff(Integer.MAX_VALUE, random).compareTo(Duration.ofSeconds(60)) <= 0);
    }

    @Test
    void backoff_isAnotherTimeForEachMailbox() {
        assertNotEquals(GraphClient.backoff(0, new Random(7)), GraphClient.backoff(0, new Random(8)));
    }
}
