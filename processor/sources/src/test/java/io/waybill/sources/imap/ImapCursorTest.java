package io.waybill.sources.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImapCursorTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);

    @Test
    void parse_cursorOfTheFirstRelease_isRead() {
        assertEquals(Optional.of(new ImapCursor(17, 42, NOW, List.of())), ImapCursor.parse("v1;17;42;1790000000000"));
    }

    @Test
    void toString_withoutEpochs_isAsTheFirstReleaseWroteIt() {
        assertEquals("v1;17;42;1790000000000", new ImapCursor(17, 42, NOW, List.of()).toString());
    }

    @Test
    void parse_whatWasWritten_isTheSame() {
        ImapCursor cursor = new ImapCursor(
                4_294_967_295L, 4_294_967_295L, NOW, Collections.nCopies(8, NOW.minus(Duration.ofHours(1))));
        assertEquals(Optional.of(cursor), ImapCursor.parse(cursor.toString()));
        assertTrue(cursor.toString().length() < 1_024, "the store's bound");
    }

    @Test
    void epochsWithin_forgetsWhatIsADayOld() {
        Instant young = NOW.minus(Duration.ofHours(23));
        ImapCursor cursor = new ImapCursor(17, 42, NOW, List.of(NOW.minus(Duration.ofHours(24)), young));
        assertEquals(List.of(young), cursor.epochsWithin(NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v1;17;42",
                "v2;17;42;0",
                "v2;17;42;0;",
                "v2;17;42;0;x",
                "v3;17;42;0;1",
                "v2;1;1;1;1,2,3,4,5,6,7,8,9"
            })
    void parse_anythingElse_isNone(String text) {
        assertEquals(Optional.empty(), ImapCursor.parse(text));
    }
}
