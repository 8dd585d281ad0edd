package io.waybill.inbound.mime;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;

/** File names as they may be shown. Nothing is ever opened by them. */
final class FileNames {
    private static final int MAX_BYTES = 255;
    private static final int MAX_EXTENSION = 20;

    /** For parts without a name: what people know such a file by. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("message/rfc822", "message-%d.eml"),
            Map.entry("message/delivery-status", "delivery-status-%d.txt"),
            Map.entry("message/disposition-notification", "disposition-notification-%d.txt"),
            Map.entry("message/feedback-report", "feedback-report-%d.txt"),
            Map.entry("text/rfc822-headers", "headers-%d.txt"),
            Map.entry("text/calendar", "invitation-%d.ics"),
            Map.entry("text/plain", "text-%d.txt"),
            Map.entry("text/html", "text-%d.html"),
            Map.entry("text/csv", "table-%d.csv"),
            Map.entry("image/jpeg", "image-%d.jpg"),
            Map.entry("image/png", "image-%d.png"),
            Map.entry("image/gif", "image-%d.gif"),
            Map.entry("application/pdf", "document-%d.pdf"),
            Map.entry("application/ms-tnef", "winmail-%d.dat"),
            Map.entry("application/pkcs7-mime", "smime-%d.p7m"),
            Map.entry("application/pkcs7-signature", "smime-%d.p7s"),
            Map.entry("application/pgp-signature", "signature-%d.asc"));

    private FileNames() {}

    /** A name for a part that has none. */
    static String of(String mediaType, int ordinal) {
        return NAMES.getOrDefault(mediaType, "part-%d.bin").formatted(ordinal);
    }

    /** The name without path, control, format (bidi among them) and line-separating characters, at most 255 bytes; perhaps empty. */
    static String clean(String name) {
        String base = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        StringBuilder clean = new StringBuilder();
        // No more than can be left at the end: normalising a name of a megabyte helps nobody.
        base.codePoints().filter(FileNames::allowed).limit(4L * MAX_BYTES).forEach(clean::appendCodePoint);
        String normal = Normalizer.normalize(clean, Normalizer.Form.NFC).strip();
        return cut(normal.matches("\\.*") ? "" : normal);
    }

    private static boolean allowed(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String cut(String name) {
        if (bytes(name) <= MAX_BYTES) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String extension = dot > 0 && name.length() - dot <= MAX_EXTENSION ? name.substring(dot) : "";
        int room = MAX_BYTES - bytes(extension);
        int end = 0;
        while (true) {
            int next = name.offsetByCodePoints(end, 1);
            room -= bytes(name.substring(end, next));
            if (room < 0) {
                return name.substring(0, end).stripTrailing() + extension;
            }
            end = next;
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Whether the part's name says that it is a message, so that its kind is not lost with the media type. */
    static String withExtension(String name, String mediaType) {
        return mediaType.equals("message/rfc822")
                        && !name.toLowerCase(Locale.ROOT).endsWith(".eml")
                ? cut(name + ".eml")
                : name;
    }
}
