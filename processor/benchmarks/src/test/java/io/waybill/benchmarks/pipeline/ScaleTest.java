package io.waybill.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void valuesThatAreNear_areLinear_fromZeroToTheNextTick() {
        Scale scale = Scale.of(9_000, 10_240);
        assertEquals(new Scale.Linear(5_000, 15_000), scale);
        assertEquals(List.of(0.0, 5_000.0, 10_000.0, 15_000.0), scale.ticks());
        assertEquals(0.5, scale.at(7_500), 1e-9);
    }

    @Test
    void linear_hasTwoToSixTicksAboveZero() {
        for (double most = 1_000; most < 10_000; most += 7) {
            int ticks = Scale.of(most / 2, most).ticks().size();
            assertEquals(Math.clamp(ticks, 3, 7), ticks, () -> "ticks");
        }
    }

    @Test
    void valuesThatAreFarApart_areLogarithmic_fromDecadeToDecade() {
        Scale scale = Scale.of(57, 44_000);
        assertEquals(List.of(10.0, 100.0, 1_000.0, 10_000.0, 100_000.0), scale.ticks());
        assertEquals(0, scale.at(10), 1e-9);
        assertEquals(0.5, scale.at(1_000), 1e-9);
        assertEquals(1, scale.at(100_000), 1e-9);
    }

    @Test
    void logarithmic_thatEndsOnADecade_doesNotGoOn() {
        assertEquals(List.of(10.0, 100.0, 1_000.0), Scale.of(10, 1_000).ticks());
    }
}
