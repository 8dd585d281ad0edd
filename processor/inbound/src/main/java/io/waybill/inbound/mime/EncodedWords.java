package io.waybill.inbound.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Texts of header fields, decoded by RFC 2047. Reads what mailers write rather than what the standard allows: words without a blank
 * between them, characters split over two words, base64 without padding, blanks within a word. Linear in the length of the text.
 */
final class EncodedWords {
    private static final int MAX_CHARSET = 60;

    private final String text;
    private final StringBuilder out;

    /** Bytes of the words just read: the next word of the same charset may complete a character. */
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Charset charset;

    /** Looked for and not found: searching again for each of a million starts would not be linear. */
    private boolean noMoreEnds;

    private EncodedWords(String text) {
        this.text = text;
        this.out = new StringBuilder(text.length());
    }

    /** The decoded text, with control characters (which a word may smuggle in) as blanks. */
    static String decode(String text) {
        String decoded = text.contains("=?") ? new EncodedWords(text).decode() : text;
        return withoutControls(decoded);
    }

    static String withoutControls(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text);
        for (int i = 0; i < clean.length(); i++) {
            if (Character.isISOControl(clean.charAt(i))) {
                clean.setCharAt(i, ' ');
            }
        }
        return clean.toString();
    }

    private String decode() {
        int plain = 0;
        int from = 0;
        while (true) {
            int start = text.indexOf("=?", from);
            Optional<Word> found = start < 0 ? Optional.empty() : wordAt(start);
            if (start >= 0 && found.isEmpty()) {
                from = start + 2;
                continue;
            }
            if (found.isEmpty()) {
                break;
            }
            Word word = found.get();
            String between = text.substring(plain, start);
            if (charset == null || !between.isBlank()) {
                flush();
                out.append(between);
            } else if (!charset.equals(word.charset)) {
                flush();
            }
            charset = word.charset;
            decode(word);
            plain = word.end;
            from = word.end;
        }
        flush();
        return out.append(text, plain, text.length()).toString();
    }

    private void flush() {
        if (charset != null) {
            out.append(MailCharsets.decode(bytes.toByteArray(), charset));
            bytes.reset();
            charset = null;
        }
    }

    private record Word(Charset charset, char encoding, int start, int end) {}

    /** The word that starts here; empty where none does. */
    private Optional<Word> wordAt(int start) {
        int encoding = text.indexOf('?', start + 2);
        // Looking no further than a name can be long keeps a text of nothing but starts linear.
        if (encoding < 0 || encoding - start > MAX_CHARSET || encoding + 2 >= text.length()) {
            return Optional.empty();
        }
        char kind = Character.toLowerCase(text.charAt(encoding + 1));
        if (text.charAt(encoding + 2) != '?' || (kind != 'b' && kind != 'q')) {
            return Optional.empty();
        }
        int end = noMoreEnds ? -1 : text.indexOf("?=", encoding + 3);
        if (end < 0) {
            noMoreEnds = true;
            return Optional.empty();
        }
        String name = text.substring(start + 2, encoding).split("\\*", 2)[0];
        Charset named = MailCharsets.find(name).orElse(StandardCharsets.UTF_8);
        return Optional.of(new Word(named, kind, encoding + 3, end + 2));
    }

    private void decode(Word word) {
        if (word.encoding == 'b') {
            base64(word.start, word.end - 2);
        } else {
            quoted(word.start, word.end - 2);
        }
    }

    private void base64(int start, int end) {
        int buffer = 0;
        int bits = 0;
        for (int i = start; i < end; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                continue;
            }
            buffer = (buffer << 6) | digit;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                bytes.write(buffer >>> bits);
                buffer &= (1 << bits) - 1;
            }
        }
    }

    private static int digit(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return switch (c) {
            case '+', '-' -> 62;
            case '/', '_' -> 63;
            default -> -1;
        };
    }

    private void quoted(int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '_') {
                bytes.write(' ');
            } else if (c == '=' && i + 2 < end && hex(text.charAt(i + 1)) >= 0 && hex(text.charAt(i + 2)) >= 0) {
                bytes.write(hex(text.charAt(i + 1)) << 4 | hex(text.charAt(i + 2)));
                i += 2;
            } else if (c < 0x80) {
                // RFC 2047, 4.2 (3): it stands for this byte, in whatever charset.
                bytes.write(c);
            } else {
                // None of the standard's. Some charsets can be read, and not written.
                bytes.writeBytes(String.valueOf(c).getBytes(charset.canEncode() ? charset : StandardCharsets.UTF_8));
            }
        }
    }

    private static int hex(char c) {
        return Character.digit(c, 16);
    }
}
