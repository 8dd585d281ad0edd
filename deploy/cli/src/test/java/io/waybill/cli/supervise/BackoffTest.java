package io.waybill.cli.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void after_shortRuns_doublesToHalfAMinute() {
        Backoff backoff = new Backoff();
        List<Long> waits = Stream.generate(
                        () -> backoff.after(Duration.ofSeconds(3)).toSeconds())
                .limit(7)
                .toList();
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L), waits);
    }

    @Test
    void after_aGoodRun_startsFromTheBeginning() {
        Backoff backoff = new Backoff();
        backoff.after(Duration.ZERO);
        backoff.after(Duration.ZERO);
        assertEquals(Duration.ofSeconds(1), backoff.after(Duration.ofMinutes(2)));
    }
}
