package io.waybill.inbound;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What counts as streams that stand still. */
class StandstillTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final TopicPartition PARTITION = new TopicPartition("changelog", 0);

    private long nanos = Long.MAX_VALUE - 5;
    private final Standstill standstill = new Standstill(LIMIT, () -> nanos);

    @Test
    void nothingMoved_isTooLongBeyondTheLimit() {
        pass(LIMIT);
        assertFalse(standstill.isTooLong());
        pass(Duration.ofSeconds(1));
        assertTrue(standstill.isTooLong());
    }

    @Test
    void whatRestoresForHours_doesNotStandStill() {
        standstill.onRestoreStart(PARTITION, "settled", 0, 1_000_000);
        for (int i = 0; i < 100; i++) {
            pass(LIMIT);
            assertFalse(standstill.isTooLong());
            standstill.onBatchRestored(PARTITION, "settled", i * 10_000L, 10_000);
        }
        standstill.onRestoreEnd(PARTITION, "settled", 1_000_000);
        pass(LIMIT.plusSeconds(1));
        assertTrue(standstill.isTooLong());
    }

    @Test
    void whatWorks_doesNotStandStill() {
        pass(LIMIT);
        standstill.moved();
        pass(LIMIT);
        assertFalse(standstill.isTooLong());
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
