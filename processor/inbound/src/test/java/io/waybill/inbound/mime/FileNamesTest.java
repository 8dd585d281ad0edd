package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileNamesTest {
    @Test
    void clean_takesPathsAway() {
        assertEquals("passwd", FileNames.clean("../../etc/passwd"));
        assertEquals("a.txt", FileNames.clean("C:\\Users\\me\\a.txt"));
        assertEquals("", FileNames.clean(".."));
        assertEquals("", FileNames.clean("dir/"));
        assertEquals(".profile", FileNames.clean(".profile"));
    }

    @Test
    void clean_takesControlAndBidiCharactersAway() {
        assertEquals("invoiceexe.pdf", FileNames.clean("invoice\u202Eexe.pdf"));
        assertEquals("ab.txt", FileNames.clean("a\r\n\0b\u0007.txt"));
        assertEquals("ab", FileNames.clean("a\u200B\u2066b\u2028\uFEFF"));
        assertEquals("a", FileNames.clean("a\uD800"));
        assertEquals("ä.txt", FileNames.clean("a\u0308.txt"), "composed, so that equal names look and are equal");
    }

    @Test
    void clean_longNames_keepTheExtension() {
        String cut = FileNames.clean("ü".repeat(300) + ".pdf");
        assertTrue(cut.endsWith("ü.pdf"));
        assertTrue(cut.getBytes(StandardCharsets.UTF_8).length <= 255);
        assertEquals(255, FileNames.clean("x".repeat(1_000_000)).length());
        assertEquals(252, FileNames.clean("🔥".repeat(100)).getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void of_partWithoutName_saysWhatItIs() {
        assertEquals("message-3.eml", FileNames.of("message/rfc822", 3));
        assertEquals("part-1.bin", FileNames.of("application/x-something", 1));
    }
}
