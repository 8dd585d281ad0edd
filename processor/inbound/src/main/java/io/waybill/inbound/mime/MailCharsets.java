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

/** Charsets as mails name them, and texts whose name for it is wrong. */
final class MailCharsets {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

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
        Charset charset = declared.flatMap(MailCharsets::find).orElse(StandardCharsets.US_ASCII);
        String text = charset.equals(StandardCharsets.US_ASCII) ? guess(bytes) : new String(bytes, charset);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
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
        // A quote that is never closed takes the next parameter into the name.
        String plain = name.trim().split("[;\\s\"']", 2)[0].toLowerCase(Locale.ROOT);
        String meant = MEANT.getOrDefault(plain, plain.startsWith("cp-") ? "cp" + plain.substring(3) : plain);
        return Optional.ofNullable(KNOWN.get(meant.toLowerCase(Locale.ROOT)));
    }
}
