package io.waybill.sources.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImapPageTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);

    @Test
    void parse_pageOfTheFirstRelease_isRead() {
        assertEquals(
                Optional.of(new ImapPage(17, 500, 601, NOW, List.of())), ImapPage.parse("p1;17;500;601;1790000000000"));
    }

    @Test
    void toString_withoutEpochs_isAsTheFirstReleaseWroteIt() {
        assertEquals("p1;17;500;601;1790000000000", new ImapPage(17, 500, 601, NOW, List.of()).toString());
    }

    @Test
    void parse_whatWasWritten_isTheSame() {
        ImapPage page = new ImapPage(4_294_967_295L, 4_294_967_295L, 4_294_967_295L, NOW, Collections.nCopies(8, NOW));
        assertEquals(Optional.of(page), ImapPage.parse(page.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p1;17;500;601", "p2;17;500;601;0;", "p2;17;500;601;0;x", "p3;17;500;601;0;1"})
    void parse_anythingElse_isNone(String text) {
        assertEquals(Optional.empty(), ImapPage.parse(text));
    }
}
