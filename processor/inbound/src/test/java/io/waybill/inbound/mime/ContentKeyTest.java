package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.waybill.inbound.mime.ParseResult.Parsed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What counts as the same mail, and what does not. */
class ContentKeyTest {
    private static final String MAIL = """
        From: a@example.com
        Date: Wed, 4 Mar 2026 06:05:04 +0100
        Subject: same
        Message-ID: <one@example.com>

        line one

        line two
        """;

    @Test
    void contentKey_isKeptForYears() throws IOException {
        // A golden value: when this changes, what is stored does not recognise a mail any more.
        assertEquals("5b742c7c8f0facc0eeeca5d9bd21a06aecb5f37e407fe0023a004019ce684a69", key(MAIL));
    }

    @Test
    void contentKey_otherServer_isTheSame() throws IOException {
        String key = key(MAIL);
        assertEquals(key, key(MAIL.replace("\n", "\r\n")), "line ends");
        assertEquals(key, key(MAIL + "\n\n"), "line ends at the end");
        assertEquals(key, key("Received: elsewhere\nX-Spam: no\n" + MAIL), "fields that servers add");
        assertEquals(key, key(MAIL.replace("Wed, 4 Mar", "Wed,\n 4 Mar")), "folding");
    }

    @Test
    void contentKey_otherMail_isAnother() throws IOException {
        String key = key(MAIL);
        for (String[] change : new String[][] {
            {"a@example.com", "b@example.com"},
            {"06:05:04", "06:05:05"},
            {"same", "Same"},
            {"one@", "two@"},
            {"line one", "line 1"},
            {"line one\n", "line one \n"},
            {"one\n\nline", "one\nline"}
        }) {
            assertNotEquals(key, key(MAIL.replace(change[0], change[1])), change[1]);
        }
    }

    @Test
    void contentKey_noHeader_isOfTheWholeText() throws IOException {
        assertNotEquals(key("one\n\nsame"), key("two\n\nsame"));
        assertEquals(key("one\n\nsame"), key("one\r\n\r\nsame\r\n"));
    }

    private static String key(String mail) throws IOException {
        BytesMail raw = new BytesMail(mail.getBytes(StandardCharsets.UTF_8));
        try (Parsed parsed = assertInstanceOf(Parsed.class, new MailParser().parse(raw))) {
            return HexFormat.of().formatHex(parsed.mail().contentKey());
        }
    }
}
