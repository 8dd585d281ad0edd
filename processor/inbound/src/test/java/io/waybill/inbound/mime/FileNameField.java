package io.waybill.inbound.mime;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * A file name in one of the ways that mailers write it.
 *
 * @param name as it must be read
 * @param contentType what it adds to the field Content-Type
 * @param disposition what it adds to the field Content-Disposition
 */
record FileNameField(String name, String contentType, String disposition) {
    private static final List<Charset> CHARSETS = TextSamples.charsets();

    static FileNameField random(Random random) {
        Charset charset = CHARSETS.get(random.nextInt(CHARSETS.size()));
        String name = TextSamples.words(charset).orElseThrow() + ".txt";
        // Some charsets of mainframes and of mathematics have no dot.
        if (!new String(name.getBytes(charset), charset).equals(name)) {
            charset = StandardCharsets.UTF_8;
        }
        return of(name, charset, random);
    }

    private static FileNameField of(String name, Charset charset, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new FileNameField("plain name.pdf", "", "; filename=\"plain name.pdf\"");
            case 1 -> new FileNameField(name, "", "; filename*=" + charset.name() + "''" + percent(name, charset));
            case 2 -> new FileNameField(name, "", pieces(percent(name, charset), charset, random.nextBoolean()));
            case 3 -> new FileNameField(name, "", "; filename=\"" + word(name, charset) + "\"");
            case 4 -> new FileNameField(name, ";\r\n name=\"" + word(name, charset) + "\"", "");
            default ->
                new FileNameField(
                        name,
                        "",
                        "; filename=\"fallback.txt\";\r\n filename*=" + charset.name() + "'en'"
                                + percent(name, charset));
        };
    }

    /** A word of RFC 2047 in base64. */
    static String word(String text, Charset charset) {
        return "=?" + charset.name() + "?B?" + Base64.getEncoder().encodeToString(text.getBytes(charset)) + "?=";
    }

    private static String percent(String text, Charset charset) {
        StringBuilder percent = new StringBuilder();
        for (byte b : text.getBytes(charset)) {
            percent.append("%%%02X".formatted(b & 0xFF));
        }
        return percent.toString();
    }

    /** Cut wherever it happens to be, in the middle of characters; the order of the pieces is free. */
    private static String pieces(String percent, Charset charset, boolean backwards) {
        int half = percent.length() / 6 * 3;
        String first = ";\r\n filename*0*=" + charset.name() + "''" + percent.substring(0, half);
        String second = ";\r\n filename*1*=" + percent.substring(half);
        return backwards ? second + first : first + second;
    }
}
