package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KafkaChoiceTest {
    @Test
    void of_nothingAskedAndDockerThere_isAContainer() {
        assertEquals(
                KafkaChoice.Kind.CONTAINER, KafkaChoice.of(null, () -> true).kind());
    }

    @Test
    void of_nothingAskedAndNoDocker_isEmbedded() {
        KafkaChoice choice = KafkaChoice.of(" ", () -> false);

        assertEquals(KafkaChoice.Kind.EMBEDDED, choice.kind());
        assertEquals("no Docker engine here", choice.reason());
    }

    @Test
    void of_somethingAsked_doesNotLookForDocker() {
        assertEquals(
                KafkaChoice.Kind.EMBEDDED,
                KafkaChoice.of("embedded", KafkaChoiceTest::unasked).kind());
        assertEquals(
                KafkaChoice.Kind.CONTAINER,
                KafkaChoice.of("Container", KafkaChoiceTest::unasked).kind());
    }

    @Test
    void of_aMisspeltValue_saysWhatIsWanted() {
        var refused =
                assertThrows(IllegalArgumentException.class, () -> KafkaChoice.of("dockr", KafkaChoiceTest::unasked));

        assertTrue(refused.getMessage().contains("embedded or container"), refused.getMessage());
    }

    private static boolean unasked() {
        throw new AssertionError("looked for Docker though told what to take");
    }
}
