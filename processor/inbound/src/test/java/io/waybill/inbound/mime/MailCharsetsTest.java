package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.inbound.mime.TextSamples.Sample;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailCharsetsTest {
    @Test
    void decode_everyCharsetOfTheJdk_byNameAndByAlias() {
        assertTrue(TextSamples.charsets().size() > 100, "charsets: " + TextSamples.charsets());
        for (Charset charset : TextSamples.charsets()) {
            assertText(TextSamples.of(charset, charset.name()));
            assertText(TextSamples.of(charset, charset.name().toLowerCase(Locale.ROOT)));
            charset.aliases().forEach(alias -> assertText(TextSamples.of(charset, alias)));
        }
    }

    @Test
    void decode_usualWrongNames() {
        TextSamples.mislabelled().forEach(MailCharsetsTest::assertText);
    }

    @Test
    void decode_utf8WithOneBrokenCharacter_staysUtf8() {
        byte[] bytes = "Grüße aus Köln".getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 2] = (byte) 0xFF;
        assertTrue(MailCharsets.decode(bytes, Optional.of("utf-8")).startsWith("Grüße aus Kö"));
    }

    private static void assertText(Sample sample) {
        String text = MailCharsets.decode(sample.bytes(), sample.label());
        assertEquals(sample.text(), text, () -> "labelled " + sample.label());
    }
}
