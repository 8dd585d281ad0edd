package io.waybill.sources.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.angus.mail.iap.ByteArray;
import org.junit.jupiter.api.Test;

class MessageIdFieldTest {
    @Test
    void read_bareAndFoldedAndCommented_isTheId() {
        assertEquals(Optional.of("a@b"), read("Message-ID: <a@b>\r\n\r\n"));
        assertEquals(Optional.of("a@b"), read("Message-Id:\r\n <a@b>\r\n\r\n"));
        assertEquals(Optional.of("a@b"), read("MESSAGE-ID : (comment) <a@b> <c@d>\r\n\r\n"));
        assertEquals(Optional.of("a@b"), read("Message-ID: <a@b>\n"));
        assertEquals(Optional.of("A@b"), read("Message-ID: <A@b>\r\n"), "case counts");
    }

    @Test
    void read_noneOrUnusable_isEmpty() {
        assertEquals(Optional.empty(), read("\r\n"));
        assertEquals(Optional.empty(), read("Message-ID:\r\n\r\n"));
        assertEquals(Optional.empty(), read("Message-ID: bare@id\r\n"));
        assertEquals(Optional.empty(), read("Message-ID: <" + "x".repeat(999) + ">\r\n"));
        assertEquals(Optional.empty(), read("Message-ID: <" + "x".repeat(4_000)));
        assertEquals(Optional.empty(), read("X-Message-ID: <a@b>\r\n"));
        assertEquals(Optional.empty(), read("Message-ID: <a b>\r\n"));
    }

    private static Optional<String> read(String header) {
        byte[] bytes = ("....." + header).getBytes(StandardCharsets.ISO_8859_1);
        return MessageIdField.read(new ByteArray(bytes, 5, bytes.length - 5));
    }
}
