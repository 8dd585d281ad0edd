package io.waybill.inbound.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Words of many scripts in every charset of the JDK, and the usual wrong names of charsets. */
final class TextSamples {
    /** Letters that mean the same in a charset and in the vendor's superset of it. */
    private static final List<String> WORDS = List.of(
            "Grüße aus Köln",
            "Příliš žluťoučký",
            "Привет, мир",
            "Γειά σου",
            "שלום עולם",
            "مرحبا",
            "สวัสดี",
            "你好世界",
            "您好，世界",
            "こんにちは世界",
            "안녕하세요",
            "İstanbul ğüş",
            "plain words");

    private static final List<Charset> CHARSETS = Charset.availableCharsets().values().stream()
            .filter(charset -> charset.canEncode() && words(charset).isPresent())
            .toList();

    /**
     * @param label what the mail calls its charset; empty where it says nothing
     * @param bytes as they are sent
     * @param text what is meant
     */
    record Sample(Optional<String> label, byte[] bytes, String text) {}

    private TextSamples() {}

    static List<Charset> charsets() {
        return CHARSETS;
    }

    /** The first words that this charset can write and read again; for many that is all their own script has here. */
    static Optional<String> words(Charset charset) {
        return WORDS.stream().filter(words -> survives(words, charset)).findFirst();
    }

    private static boolean survives(String words, Charset charset) {
        try {
            CharsetEncoder encoder = charset.newEncoder();
            ByteBuffer bytes = encoder.encode(CharBuffer.wrap(words));
            return charset.newDecoder().decode(bytes).toString().equals(words);
        } catch (CharacterCodingException notThisOne) {
            return false;
        }
    }

    static Sample of(Charset charset, String label) {
        String words = words(charset).orElseThrow();
        return new Sample(Optional.of(label), words.getBytes(charset), words);
    }

    static Sample random(Random random) {
        if (random.nextInt(4) == 0) {
            List<Sample> wrong = mislabelled();
            return wrong.get(random.nextInt(wrong.size()));
        }
        Charset charset = CHARSETS.get(random.nextInt(CHARSETS.size()));
        List<String> names = charset.aliases().stream().sorted().toList();
        boolean alias = !names.isEmpty() && random.nextBoolean();
        return of(charset, alias ? names.get(random.nextInt(names.size())) : charset.name());
    }

    static List<Sample> mislabelled() {
        return List.of(
                wrong("us-ascii", "Grüße, 世界", "utf-8"),
                wrong("", "Grüße, 世界", "utf-8"),
                wrong("", "Grüße € – ok", "windows-1252"),
                wrong("utf-8", "Grüße aus Köln", "windows-1252"),
                wrong("utf8", "Grüße", "utf-8"),
                wrong("UTF-16", "Grüße, 世界", "utf-8"),
                wrong("utf-16", "Grüße\r\n", "utf-16le"),
                wrong("iso-8859-1", "„Grüße“ für 5 €", "windows-1252"),
                wrong("latin1", "it’s “quoted”", "windows-1252"),
                wrong("iso-8859-9", "İstanbul €", "windows-1254"),
                wrong("gb2312", "朱镕基, 喆", "gbk"),
                wrong("gbk", "𠀀 and €", "gb18030"),
                wrong("ks_c_5601-1987", "똠방각하", "x-windows-949"),
                wrong("euc-kr", "똠방각하", "x-windows-949"),
                wrong("shift_jis", "①㈱髙", "windows-31j"),
                wrong("iso-2022-jp", "①㈱ and 日本", "x-windows-iso2022jp"),
                wrong("tis-620", "สวัสดี…", "x-windows-874"),
                wrong("x-unknown", "Grüße", "utf-8"),
                wrong("cp-850", "Grüße", "cp850"),
                wrong("unicode-1-1-utf-8", "Grüße", "utf-8"));
    }

    private static Sample wrong(String label, String text, String charset) {
        return new Sample(
                Optional.of(label).filter(name -> !name.isEmpty()), text.getBytes(Charset.forName(charset)), text);
    }

    static boolean isAscii(byte[] bytes) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
