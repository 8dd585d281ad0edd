package io.waybill.sandbox.emulator;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The header of a mail, unfolded: what providers show of it in properties. */
public record MimeHeaders(List<Field> fields) {
    public record Field(String name, String value) {}

    public static MimeHeaders of(byte[] mime) {
        List<Field> fields = new ArrayList<>();
        String text = new String(mime, 0, end(mime), StandardCharsets.ISO_8859_1);
        for (String field : text.split("\r?\n(?![ \t])", -1)) {
            int colon = field.indexOf(':');
            if (colon > 0) {
                fields.add(new Field(
                        field.substring(0, colon).strip(),
                        field.substring(colon + 1)
                                .replaceAll("\r?\n[ \t]+", " ")
                                .strip()));
            }
        }
        return new MimeHeaders(List.copyOf(fields));
    }

    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /** Empty for a mail that has none. */
    public Optional<String> messageId() {
        return first("Message-ID").filter(value -> !value.isEmpty());
    }

    /** The Message-ID of the first mail of the conversation. */
    public String conversationRoot(String messageId) {
        return first("References")
                .or(() -> first("In-Reply-To"))
                .map(ids -> ids.split("\\s+", -1)[0])
                .filter(value -> !value.isEmpty())
                .orElse(messageId);
    }

    public String subject() {
        String raw = first("Subject").orElse("");
        try {
            return MimeUtility.decodeText(raw);
        } catch (UnsupportedEncodingException unknown) {
            return raw;
        }
    }

    public List<InternetAddress> addresses(String name) {
        try {
            return List.of(InternetAddress.parseHeader(first(name).orElse(""), false));
        } catch (AddressException garbled) {
            return List.of();
        }
    }

    /** Where the header ends: at the line end before the empty line, or at the end of the mail. */
    public static int end(byte[] mime) {
        for (int i = 0; i + 1 < mime.length; i++) {
            boolean emptyLine = mime[i] == '\n'
                    && (mime[i + 1] == '\n' || (mime[i + 1] == '\r' && i + 2 < mime.length && mime[i + 2] == '\n'));
            if (emptyLine) {
                return i;
            }
        }
        return mime.length;
    }
}
