package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class OwnMailTest {
    private static final InstallKey KEY = new InstallKey(Secret.of("0123456789abcdef0123456789abcdef"));
    private static final InstallKey NEXT = new InstallKey(Secret.of("another key, and just as long as the first"));
    private static final MailboxKey SUPPORT = new MailboxKey("acme", "support");

    private final OwnMail own = new OwnMail(SUPPORT, List.of(KEY));

    /** Computed by another program. If they change, replies to what was sent before find their tickets no more. */
    @Test
    void marks_neverChange() {
        assertEquals(
                "support+t.1001.dhupyicmq7pwkqd5@example.com",
                own.replyAddress("support@example.com", 1001).orElseThrow());
        assertEquals(
                OptionalLong.of(1001), own.ticketOfMessageId("t.1001.aaaaaaaaaaaaaaaa.hljqccj4glrzrwdp@example.com"));
    }

    @Test
    void replyAddress_isReadBack_howeverItWasTyped() {
        String address = own.replyAddress("support@example.com", 4711).orElseThrow();
        assertTrue(address.matches("support\\+t\\.4711\\.[a-z2-7]{16}@example\\.com"), address);
        assertTrue(OwnMail.resembles(address));
        assertEquals(OptionalLong.of(4711), own.ticketOfAddress(address));
        assertEquals(OptionalLong.of(4711), own.ticketOfAddress(address.toUpperCase(Locale.ROOT)));
        assertEquals(OptionalLong.of(4711), own.ticketOfAddress("rfc822; <" + address + "> (support)"));
        assertEquals(OptionalLong.of(4711), own.ticketOfAddress(address.replace("example.com", "relay.example.net")));
    }

    @Test
    void messageId_isReadBack_andAnotherEachTime() {
        String id = own.messageId(4711, "example.com").orElseThrow();
        assertTrue(id.matches("t\\.4711\\.[a-z2-7]{16}\\.[a-z2-7]{16}@example\\.com"), id);
        assertTrue(OwnMail.resembles(id));
        assertEquals(OptionalLong.of(4711), own.ticketOfMessageId(id));
        assertEquals(OptionalLong.of(4711), own.ticketOfMessageId(id.toUpperCase(Locale.ROOT)));
        assertNotEquals(id, own.messageId(4711, "example.com").orElseThrow());
    }

    @Test
    void marks_anyCharacterChanged_areNotOurs() {
        String address = own.replyAddress("support@example.com", 4711).orElseThrow();
        for (int i = address.indexOf("t.4711."); i < address.indexOf('@'); i++) {
            assertEquals(OptionalLong.empty(), own.ticketOfAddress(changed(address, i)), changed(address, i));
        }
        String id = own.messageId(4711, "example.com").orElseThrow();
        for (int i = 0; i < id.indexOf('@'); i++) {
            assertEquals(OptionalLong.empty(), own.ticketOfMessageId(changed(id, i)), changed(id, i));
        }
    }

    @Test
    void marks_ofAnotherMailboxTenantOrTicket_areNotOurs() {
        String address = own.replyAddress("support@example.com", 4711).orElseThrow();
        String id = own.messageId(4711, "example.com").orElseThrow();
        for (MailboxKey other : List.of(new MailboxKey("acme", "sales"), new MailboxKey("rival", "support"))) {
            OwnMail others = new OwnMail(other, List.of(KEY));
            assertEquals(OptionalLong.empty(), others.ticketOfAddress(address));
            assertEquals(OptionalLong.empty(), others.ticketOfMessageId(id));
        }
        assertEquals(OptionalLong.empty(), own.ticketOfAddress(address.replace("4711", "4712")));
        // The two marks are two secrets: a Message-ID is shown to everybody in a thread.
        String mac = id.substring(id.lastIndexOf('.', id.indexOf('@')) + 1, id.indexOf('@'));
        assertEquals(OptionalLong.empty(), own.ticketOfAddress("support+t.4711." + mac + "@example.com"));
    }

    @Test
    void marks_duringRotation_bothKeysAreRead_andTheFirstWrites() {
        String before = own.replyAddress("support@example.com", 1).orElseThrow();
        OwnMail during = new OwnMail(SUPPORT, List.of(NEXT, KEY));
        String after = during.replyAddress("support@example.com", 1).orElseThrow();
        assertNotEquals(before, after);
        assertEquals(OptionalLong.of(1), during.ticketOfAddress(before));
        assertEquals(OptionalLong.of(1), during.ticketOfAddress(after));
        assertEquals(OptionalLong.empty(), own.ticketOfAddress(after));
    }

    @Test
    void marks_withoutKey_areNeitherMadeNorRead() {
        OwnMail without = new OwnMail(SUPPORT, List.of());
        assertEquals(Optional.empty(), without.replyAddress("support@example.com", 1));
        assertEquals(Optional.empty(), without.messageId(1, "example.com"));
        assertEquals(
                OptionalLong.empty(),
                without.ticketOfAddress(
                        own.replyAddress("support@example.com", 1).orElseThrow()));
    }

    @Test
    void replyAddress_longerThanALocalPartMayBe_isNotMade() {
        assertEquals(Optional.empty(), own.replyAddress("s".repeat(60) + "@example.com", 1));
    }

    @Test
    void read_whatIsNoMark_isNotOurs() {
        String mac = "a".repeat(16);
        for (String text : List.of(
                "",
                "@",
                "support@example.com",
                "support+t.@example.com",
                "support+t.1.@example.com",
                "support+t.0." + mac + "@example.com",
                "support+t.01." + mac + "@example.com",
                "support+t.-1." + mac + "@example.com",
                "support+t." + "9".repeat(40) + "." + mac + "@example.com",
                "t.1." + mac + "@example.com",
                "t.1." + mac + "." + mac)) {
            assertFalse(OwnMail.resembles(text), text);
            assertEquals(OptionalLong.empty(), own.ticketOfAddress(text));
            assertEquals(OptionalLong.empty(), own.ticketOfMessageId(text));
        }
    }

    private static String changed(String text, int at) {
        char other = text.charAt(at) == '3' ? '2' : '3';
        return text.substring(0, at) + other + text.substring(at + 1);
    }
}
