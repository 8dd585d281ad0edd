package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailDatesTest {
    @Test
    void parse_asMailersWrite() {
        assertParsed("2025-07-21T08:11:12Z", "Mon, 21 Jul 2025 10:11:12 +0200");
        assertParsed("2025-07-21T08:11:12Z", "Mon, 21 Jul 2025 10:11:12 +0200 (CEST)");
        assertParsed("2025-07-21T08:11:12Z", "Mo,  21   Jul 2025\t10:11:12 +0200");
        assertParsed("2025-07-21T08:11:12Z", "Mon, 21 Jul 2025 10.11.12 +0200");
        assertParsed("2025-07-21T10:11:00Z", "21 Jul 25 10:11 GMT");
        assertParsed("2025-07-21T15:11:12Z", "21-Jul-2025 10:11:12 EST");
        assertParsed("1999-07-21T10:11:12Z", "21 July 99 10:11:12 XYZ");
        assertParsed("2025-07-21T10:11:12Z", "Mon, 21 Jul 125 10:11:12");
        assertParsed("2025-07-21T10:11:59Z", "Mon, 21 Jul 2025 10:11:60 -0000");
        assertParsed("2025-07-21T10:11:12Z", "Mon Jul 21 10:11:12 2025");
        assertParsed("2025-07-21T08:11:12Z", "2025-07-21T10:11:12+02:00");
        assertParsed("2025-07-21T10:11:12Z", "Mon, 21 Jul 2025 10:11:12 +9900");
    }

    @Test
    void parse_whatIsNoDate() {
        for (String none : new String[] {
            "",
            "yesterday",
            "Mon, 32 Jul 2025 10:11:12 +0200",
            "21 Abc 2025 10:11:12",
            "21 Jul 2025 25:11:12",
            "Mon, 21 Jul 99999 10:11:12 +0200",
            "1".repeat(1_000_000),
            "21 Jul 2025"
        }) {
            assertEquals(Optional.empty(), MailDates.parse(none), () -> none.substring(0, Math.min(40, none.length())));
        }
    }

    private static void assertParsed(String expected, String field) {
        assertEquals(Optional.of(Instant.parse(expected)), MailDates.parse(field), field);
    }
}
