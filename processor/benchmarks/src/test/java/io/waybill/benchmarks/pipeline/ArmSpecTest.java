package io.waybill.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArmSpecTest {
    @Test
    void arguments_areReadBack() {
        for (ArmKind kind : ArmKind.values()) {
            ArmSpec spec =
                    new ArmSpec(kind, "127.0.0.1:9092", "app-1", Duration.ofMillis(100), 1024, Path.of("state"), 8080);
            assertEquals(spec, ArmSpec.parse(spec.arguments().toArray(String[]::new)));
        }
    }

    @Test
    void wrongArguments_areRefusedWithTheUsage() {
        assertRefused();
        assertRefused("pipeline", "b", "a", "soon", "1024", "state", "0");
        assertRefused("pipelines", "b", "a", "100", "1024", "state", "0");
    }

    private static void assertRefused(String... arguments) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> ArmSpec.parse(arguments));
        assertTrue(refused.getMessage().endsWith(ArmSpec.USAGE), refused.getMessage());
    }
}
