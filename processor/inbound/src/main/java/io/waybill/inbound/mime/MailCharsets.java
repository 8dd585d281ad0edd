package io.waybill.inbound.mime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Charsets as mails name them, and texts whose name for it is wrong. */
final class MailCharsets {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    /** A quote that is never closed takes the next parameter into the name. */
    private static final Pattern AFTER_NAME = Pattern.compile("[;\\s\"']");

    private static final char REPLACEMENT = '\uFFFD';

    private static final Set<Charset> WIDE = Set.of(
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_32,
            StandardCharsets.UTF_32BE,
            StandardCharsets.UTF_32LE);

    /** What senders write, and what they mean: mostly the vendor's superset of the standard that they name. */
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("iso-8859-1", "windows-1252"),
            Map.entry("iso8859-1", "windows-1252"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("iso-8859-9", "windows-1254"),
            Map.entry("iso-8859-8-i", "iso-8859-8"),
            Map.entry("iso-8859-8-e", "iso-8859-8"),
            Map.entry("tis-620", "x-windows-874"),
            Map.entry("iso-8859-11", "x-windows-874"),
            Map.entry("gb2312", "GB18030"),
            Map.entry("gbk", "GB18030"),
            Map.entry("x-gbk", "GB18030"),
            Map.entry("gb_2312-80", "GB18030"),
            Map.entry("ks_c_5601-1987", "x-windows-949"),
            Map.entry("ks_c_5601", "x-windows-949"),
            Map.entry("euc-kr", "x-windows-949"),
            Map.entry("iso-2022-jp", "x-windows-iso2022jp"),
            Map.entry("shift_jis", "windows-31j"),
            Map.entry("shift-jis", "windows-31j"),
            Map.entry("x-sjis", "windows-31j"),
            Map.entry("sjis", "windows-31j"),
            Map.entry("utf8", "utf-8"),
            Map.entry("utf-8-sig", "utf-8"),
            Map.entry("unicode-1-1-utf-8", "utf-8"),
            Map.entry("macintosh", "x-MacRoman"),
            Map.entry("x-mac-roman", "x-MacRoman"));

    /** By name and alias. Charset.forName searches all providers anew for a name that it does not know, of which a mail can hold many. */
    private static final Map<String, Charset> KNOWN = known();

    private MailCharsets() {}

    private static Map<String, Charset> known() {
        Map<String, Charset> known = new HashMap<>();
        for (Charset charset : Charset.availableCharsets().values()) {
            known.put(charset.name().toLowerCase(Locale.ROOT), charset);
            charset.aliases().forEach(alias -> known.putIfAbsent(alias.toLowerCase(Locale.ROOT), charset));
        }
        return Map.copyOf(known);
    }

    /** Decodes a text of a declared charset; where that is absent, unknown or can only be wrong, UTF-8 or else windows-1252. */
    static String decode(byte[] bytes, Optional<String> declared) {
        return decode(bytes, declared.flatMap(MailCharsets::find).orElse(StandardCharsets.US_ASCII));
    }

    /** The same with a charset that is known. */
    static String decode(byte[] bytes, Charset charset) {
        String text = decodeMarked(bytes, charset);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static String decodeMarked(byte[] bytes, Charset charset) {
        if (charset.equals(StandardCharsets.US_ASCII)) {
            return guess(bytes);
        }
        if (charset.equals(StandardCharsets.UTF_8)) {
            return decodeUtf8(bytes);
        }
        return WIDE.contains(charset) ? decodeWide(bytes, charset) : new String(bytes, charset);
    }

    /** One that calls itself UTF-8 with more characters broken than whole is of the charset that senders have by default. */
    private static String decodeUtf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        long broken = text.chars().filter(c -> c == REPLACEMENT).count();
        if (broken == 0) {
            return text;
        }
        long whole = text.codePoints().filter(c -> c > 0x7F && c != REPLACEMENT).count();
        return broken > whole ? new String(bytes, WINDOWS_1252) : text;
    }

    /** Line ends alone make zeros in UTF-16 and UTF-32: a text without any is of another charset. */
    private static String decodeWide(byte[] bytes, Charset charset) {
        int even = 0;
        int odd = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                even += 1 - i % 2;
                odd += i % 2;
            }
        }
        if (even + odd == 0 && isUtf8(bytes)) {
            return guess(bytes);
        }
        // Without a mark the standard says big-endian, and most senders mean little-endian.
        boolean marked = bytes.length > 1 && (bytes[0] & bytes[1] & 0xFE) == 0xFE;
        return charset.equals(StandardCharsets.UTF_16) && !marked && odd > even
                ? new String(bytes, StandardCharsets.UTF_16LE)
                : new String(bytes, charset);
    }

    private static boolean isUtf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).indexOf(REPLACEMENT) < 0;
    }

    /** UTF-8 where the bytes are, else windows-1252, which reads everything. */
    static String guess(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException anotherCharset) {
            return new String(bytes, WINDOWS_1252);
        }
    }

    /** The charset of a name as a mail gives it; empty for what no JDK knows. */
    static Optional<Charset> find(String name) {
        String plain = AFTER_NAME.split(name.trim(), 2)[0].toLowerCase(Locale.ROOT);
        String meant = MEANT.getOrDefault(plain, plain).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(KNOWN.get(meant))
                .or(() -> Optional.ofNullable(KNOWN.get(meant.startsWith("cp-") ? "cp" + meant.substring(3) : meant)));
    }
}
