package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sources.gmail.GmailCursor.CatchUp;
import io.waybill.sources.gmail.GmailCursor.History;
import io.waybill.sources.gmail.GmailCursor.History.Page;
import io.waybill.sources.gmail.GmailCursor.History.Place;
import io.waybill.sources.gmail.GmailCursor.History.Taken;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GmailCursorTest {
    private static final Instant SEEN = Instant.parse("2026-11-01T10:00:00.123Z");
    private static final HistoryId LAST = new HistoryId(-1);

    static Stream<GmailCursor> cursors() {
        History history = new History(new HistoryId(0), new HistoryId(7), SEEN, LAST, false, Optional.empty());
        History busy = new History(new HistoryId(0), new HistoryId(7), SEEN, LAST, true, Optional.empty());
        Optional<Taken> taken = Optional.of(new Taken(LAST, "187b2f0c4d5e6f70"));
        Optional<Page> page = Optional.of(new Page(LAST, "r1:a-SECRET_token=~/+"));
        return Stream.of(
                history,
                History.from(LAST, Instant.EPOCH.minusSeconds(1)),
                busy,
                history.at(new Place(SEEN, true, LAST, Optional.empty(), Optional.empty())),
                history.at(new Place(Instant.EPOCH, true, LAST, Optional.empty(), page)),
                history.at(new Place(SEEN, true, new HistoryId(3), taken, Optional.empty())),
                history.at(new Place(SEEN, true, new HistoryId(3), taken, page)),
                busy.at(new Place(SEEN, false, new HistoryId(3), taken, page)),
                new CatchUp(LAST, SEEN, SEEN.minusSeconds(9), Optional.empty()),
                new CatchUp(LAST, SEEN, SEEN.minusSeconds(9), Optional.of("SECRET")));
    }

    @ParameterizedTest
    @MethodSource("cursors")
    void text_isReadBack(GmailCursor cursor) {
        assertEquals(Optional.of(cursor), GmailCursor.parse(cursor.text()));
        assertFalse(cursor.toString().contains("SECRET"), "a page's token is not printed");
    }

    @Test
    void text_isWhatIsStored() {
        assertEquals(
                "m1 h 18446744073709551615 18446744073709551615 1793527200123 18446744073709551615",
                History.from(LAST, SEEN).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "m1",
                "m1 h",
                "m1 h 1 2 3",
                "m1 h 1 2 3 4 ",
                "m1 h 1 2 3 4 x",
                "m1 h 1 2 3 4 tSECRET",
                "m1 h 1 2 3 4 p3 tSECRET",
                "m1 h 1 2 3 4 b5",
                "m1 h 1 2 3 4 n5",
                "m1 h 1 2 3 4 c5 a6",
                "m1 h 1 2 3 4 w w",
                "m1 h 1 2 3 4 b5 a6 w",
                "m1 h 1 2 3 4 b5 a6 p3",
                "m1 h 1 2 3 4 b5 a6 p3 t",
                "m1 h 1 2 3 4 b5 a6 p3 ta b",
                "m1 h 1 2 3 4 b5 a6 p3 tä",
                "m1 h 1 2 3 4 b5 a6 r1:X",
                "m1 h -1 2 3 4",
                "m1 h 18446744073709551616 2 3 4",
                "m1 h 1 18446744073709551616 3 4",
                "m1 h 1 2 3 18446744073709551616",
                "m1 h 1 2 3 4 b5 a18446744073709551616",
                "m1 h 1 2 3 4 b5 a6 p18446744073709551616 ta",
                "m1 h 1 2 3 4 b5 a6 r18446744073709551616:a",
                "m1 h 1 2 9999999999999999 4",
                "m1 c 1 2",
                "m1 c 18446744073709551616 2 3",
                "m2 h 1 2",
                "g1 d 0 0 users/x",
                "v1;1;2;3"
            })
    void parse_otherText_isNone(String text) {
        assertTrue(GmailCursor.parse(text).isEmpty());
    }

    @Test
    void historyId_isUnsigned() {
        HistoryId half = HistoryId.parse("9223372036854775808").orElseThrow();
        assertTrue(half.isBeyond(new HistoryId(Long.MAX_VALUE)));
        assertTrue(LAST.isBeyond(half));
        assertFalse(half.isBeyond(half));
        assertEquals("18446744073709551615", LAST.toString());
    }
}
