package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.JobOutcome.Result;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettlementTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 254, 255, 256, 257, 70_000})
    void deadLetter_isRedrivenByTheNextGenerationHoweverOftenItWas(int generation) {
        Settlement settled = Settlement.decode(
                new Settlement(Pipeline.START, Result.DEAD_LETTERED, generation, 3, Map.of()).encode());
        assertEquals(generation, settled.generation());
        assertTrue(settled.isRedrivenBy(generation + 1));
        assertFalse(settled.isRedrivenBy(generation));
        assertFalse(settled.isRedrivenBy(generation + 2));
    }
}
