package io.waybill.inbound.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long the others wait for a suspect. */
class HoldBackTest {
    private long nanos = Long.MAX_VALUE - 3;
    private final HoldBack holdBack = new HoldBack(Duration.ofSeconds(10), Duration.ofSeconds(130), () -> nanos);

    @Test
    void holds_turnsGrowUntilNothingCanOutlastThem() {
        assertEquals(List.of(10, 10, 20, 20, 40, 40, 80, 80, 130, 130, 130, 130), turns(12));
    }

    @Test
    void ran_theOthersHaveTheirTimeFirst_andTurnsBeginAnew() {
        turns(6);
        holdBack.ran();
        assertFalse(holdBack.holds());
        pass(10);
        assertTrue(holdBack.holds());
        assertEquals(20, turns(1).getFirst());
    }

    @Test
    void forget_theNextSuspectHasItsTurnAtOnce() {
        turns(6);
        holdBack.ran();
        holdBack.forget();
        pass(100_000);
        assertTrue(holdBack.holds());
        assertEquals(10, turns(1).getFirst());
    }

    /** The seconds until it changes, so many times. */
    private List<Integer> turns(int count) {
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean before = holdBack.holds();
            int seconds = 0;
            while (holdBack.holds() == before) {
                pass(1);
                seconds++;
            }
            turns.add(seconds);
        }
        return turns;
    }

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }
}
