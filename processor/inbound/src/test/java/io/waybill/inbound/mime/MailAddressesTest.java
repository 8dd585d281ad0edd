package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.MailAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailAddressesTest {
    @Test
    void parse_asTheStandardSays() {
        assertParsed("a@b.org", "a@b.org|");
        assertParsed("Alice Example <alice@EXAMPLE.com>", "alice@example.com|Alice Example");
        assertParsed("\"Smith, \\\"J\\\"\" <J@x.org>, c@d", "J@x.org|Smith, \"J\"", "c@d|");
        assertParsed("Team: a@b, Two <c@d>;, e@f", "a@b|", "c@d|Two", "e@f|");
        assertParsed("undisclosed-recipients:;");
        assertParsed("alice@x.org (Alice \\(W\\) (the one))", "alice@x.org|Alice (W) (the one)");
        assertParsed("<@one,@two:a@b>", "a@b|");
        assertParsed("\"john doe\"@x.org", "\"john doe\"@x.org|");
        assertParsed("a@[IPv6:::1]", "a@[ipv6:::1]|");
        assertParsed("jörg@exämple.com", "jörg@exämple.com|");
    }

    @Test
    void parse_asMailersWrite() {
        assertParsed("a@b; c@d", "a@b|", "c@d|");
        assertParsed("a@b c@d", "a@b|", "c@d|");
        assertParsed("Alice alice@x.org", "alice@x.org|Alice");
        assertParsed("Foo <foo @ bar.com>", "foo@bar.com|Foo");
        assertParsed("alice (Alice W) @ example.com", "alice@example.com|Alice W");
        assertParsed("'a@b' <c@d>", "c@d|'a@b'");
        assertParsed("\"a@evil.example\" <x@y.com>", "x@y.com|a@evil.example");
        assertParsed("<a@b", "a@b|");
        assertParsed("foo <foo@bar.com> trailing", "foo@bar.com|foo  trailing");
    }

    @Test
    void parse_encodedCommaOrBracket_makesNoAddress() {
        assertParsed("=?utf-8?q?J=C3=B6rg=2C_=3Ca=40b=3E?= <j@x.org>", "j@x.org|Jörg, <a@b>");
        assertParsed("=?utf-8?q?a=40b?=");
    }

    @Test
    void parse_whatIsNoAddress_isLeftOut() {
        for (String none : List.of(
                "",
                " ",
                "garbage",
                "<>",
                "@",
                "a@",
                "@b",
                ",,;,",
                "a@b@c",
                "((((a@b",
                "a@b>c",
                "\"a@b",
                "a@" + "b".repeat(400))) {
            assertEquals(List.of(), MailAddresses.parse(none, 10).addresses(), none);
        }
        assertParsed("a\0b@c");
        assertParsed("a@b\0");
    }

    @Test
    void parse_moreThanTheBound_saysSo() {
        assertFalse(MailAddresses.parse("a@b, ".repeat(10), 10).more());
        assertTrue(MailAddresses.parse("a@b, ".repeat(11), 10).more());
        assertEquals(10, MailAddresses.parse("a@b, ".repeat(11), 10).addresses().size());
    }

    private static void assertParsed(String field, String... expected) {
        List<MailAddress> wanted = Arrays.stream(expected)
                .map(pair -> new MailAddress(pair.split("\\|", 2)[0], pair.split("\\|", 2)[1]))
                .toList();
        assertEquals(wanted, MailAddresses.parse(field, 100).addresses(), field);
    }
}
