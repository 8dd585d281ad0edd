package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

class EncodedWordsTest {
    @Test
    void decode_asTheStandardSays() {
        assertEquals("plain", EncodedWords.decode("plain"));
        assertEquals("a b", EncodedWords.decode("=?utf-8?Q?a_b?="));
        assertEquals("äöü", EncodedWords.decode("=?UTF-8?B?w6TDtsO8?="));
        assertEquals("ab", EncodedWords.decode("=?utf-8?q?a?= =?utf-8?q?b?="), "blanks between two words do not count");
        assertEquals("a b", EncodedWords.decode("=?utf-8?q?a?= b"));
        assertEquals("aüb plain", EncodedWords.decode("=?iso-8859-1?q?a=FCb?= plain"));
        assertEquals("x y", EncodedWords.decode("=?utf-8*en?q?x=20y?="), "RFC 2231 names a language");
    }

    @Test
    void decode_asMailersWrite() {
        assertEquals("✓", EncodedWords.decode("=?utf-8?Q?=E2=9C?= =?utf-8?Q?=93?="), "a character in two words");
        assertEquals("ä", EncodedWords.decode("=?utf-8?B?w6Q?="), "without padding");
        assertEquals("✓✓", EncodedWords.decode("=?utf-8?B?4pyT?==?utf-8?B?4pyT?="), "without a blank between");
        assertEquals("foo bar baz", EncodedWords.decode("foo=?utf-8?q? bar ?=baz"), "inside a word, with blanks");
        assertEquals("가", EncodedWords.decode("=?ks_c_5601-1987?B?sKE=?="));
        assertEquals("中文", EncodedWords.decode("=?gb2312?B?1tDOxA==?="));
        assertEquals("aäb", EncodedWords.decode("=?x-unknown?Q?a=C3=A4b?="), "an unknown charset is mostly UTF-8");
    }

    @Test
    void decode_literalCharacters_areBytesInEveryCharset() {
        for (String charset : Charset.availableCharsets().keySet()) {
            // Also those that can be read and not written.
            EncodedWords.decode("=?" + charset + "?Q?a=41ä?=");
        }
        assertEquals("aA", EncodedWords.decode("=?ISO-2022-CN?Q?a=41?="));
    }

    @Test
    void decode_brokenWords_areLeftAsTheyAre() {
        for (String broken :
                new String[] {"=?", "=?utf-8", "=?utf-8?", "=?utf-8?q", "=?utf-8?q?", "=?utf-8?q?x", "=?utf-8?z?x?="}) {
            assertEquals(broken, EncodedWords.decode(broken));
        }
        assertEquals("", EncodedWords.decode("=?utf-8?q??="));
        assertEquals("=4 =zz", EncodedWords.decode("=?utf-8?q?=4_=zz?="));
    }

    @Test
    void decode_smuggledControlCharacters_becomeBlanks() {
        assertEquals("a  Bcc: b c", EncodedWords.decode("=?utf-8?q?a=0D=0ABcc:_b=00c?="));
        assertEquals("a b", EncodedWords.decode("a\0b"));
    }
}
