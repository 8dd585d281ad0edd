package io.waybill.ingress.google;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GmailChangeTest {
    @ParameterizedTest
    @DisplayName("T12 data is read in both alphabets, padded or not, and a historyId as a number and as a string")
    @CsvSource({
        "eyJlbWFpbEFkZHJlc3MiOiJzdXBwb3J0QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjoxMDA2MTk2fQ==,support@example.com,1006196",
        "eyJlbWFpbEFkZHJlc3MiOiJzdXBwb3J0QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjoxMDA2MTk2fQ,support@example.com,1006196",
        "eyJlbWFpbEFkZHJlc3MiOiAic3VwcG9ydEBleGFtcGxlLmNvbSIsICJoaXN0b3J5SWQiOiAiOTg3NjU0MzIxMCJ9,support@example.com,9876543210",
        "eyJlbWFpbEFkZHJlc3MiOiJzdXBwb3J0QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjoxODQ0Njc0NDA3MzcwOTU1MTYxNX0=,support@example.com,18446744073709551615",
        "eyJlbWFpbEFkZHJlc3MiOiJ4eHdoYXQ/Pn5va0BleGFtcGxlLmNvbSIsImhpc3RvcnlJZCI6N30=,xxwhat?>~ok@example.com,7",
        "eyJlbWFpbEFkZHJlc3MiOiJ4eHdoYXQ_Pn5va0BleGFtcGxlLmNvbSIsImhpc3RvcnlJZCI6N30,xxwhat?>~ok@example.com,7",
        "eyJlbWFpbEFkZHJlc3MiOiJtw7w/P2xsZXIrdH5+QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjo0Mn0=,mü??ller+t~~@example.com,42",
        "eyJlbWFpbEFkZHJlc3MiOiJtw7w_P2xsZXIrdH5-QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjo0Mn0,mü??ller+t~~@example.com,42",
    })
    void decode(String data, String address, String historyId) {
        assertEquals(Optional.of(new GmailChange(address, historyId)), GmailChange.decode(data));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "-0,0",
        "9223372036854775808,9223372036854775808",
        "'\"18446744073709551615\"',18446744073709551615",
        "'\"0001006196\"',1006196",
    })
    void decode_historyIdOfEveryForm_isCanonical(String given, String historyId) {
        assertEquals(
                Optional.of(new GmailChange("support@example.com", historyId)),
                decodeText("{\"emailAddress\":\"support@example.com\",\"historyId\":" + given + "}"));
    }

    @Test
    void decode_addressIsInLowerCase_andWhatIsUnknownIsSkipped() {
        assertEquals(
                Optional.of(new GmailChange("support@example.com", "7")),
                decodeText("{\"v\":{\"historyId\":[8]},\"emailAddress\":\"Support@EXAMPLE.com\",\"historyId\":7}"));
    }

    @ParameterizedTest
    @DisplayName("T14 a historyId that is none is not taken: negative, 2^64, text, a fraction, nothing")
    @ValueSource(
            strings = {
                "-1",
                "\"-1\"",
                "\"+1\"",
                "18446744073709551616",
                "\"18446744073709551616\"",
                "\"text\"",
                "\"\"",
                "\" 1\"",
                "\"1 \"",
                "\"0x1f\"",
                "\"\u0661\"",
                "1.0",
                "1e3",
                "NaN",
                "null",
                "true",
                "[1]",
                "{\"historyId\":1}",
                "999999999999999999999999999999999999999999",
            })
    void decode_noHistoryId(String given) {
        assertEquals(
                Optional.empty(), decodeText("{\"emailAddress\":\"support@example.com\",\"historyId\":" + given + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "17",
                "{}",
                "{\"historyId\":7}",
                "{\"emailAddress\":\"support@example.com\"}",
                "{\"emailAddress\":null,\"historyId\":7}",
                "{\"emailAddress\":[\"support@example.com\"],\"historyId\":7}",
                "{\"emailAddress\":\"support@example.com\",\"historyId\":7",
                "{\"emailAddress\":\"support@example.com\",\"historyId\":7}{}",
                "{\"emailAddress\":\"support@example.com\",\"historyId\":7,\"historyId\":8}",
            })
    void decode_otherJson(String text) {
        assertEquals(Optional.empty(), decodeText(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "e30", "e", "e30=\n", "e3 0", "%7B%7D", "{}", "\uD83D\uDE00", "wyg=", "//79"})
    void decode_noBase64OfJson(String data) {
        assertEquals(Optional.empty(), GmailChange.decode(data));
    }

    @Test
    void decode_longAddress() {
        assertEquals(
                Optional.empty(),
                decodeText("{\"emailAddress\":\"" + "x".repeat(100_000) + "@example.com\",\"historyId\":7}"));
    }

    private static Optional<GmailChange> decodeText(String text) {
        return GmailChange.decode(Pubsub.base64(text));
    }
}
