package io.waybill.inbound.mime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.mime4j.stream.Field;

/** The header of a mail or a part: values unfolded, in UTF-8 or else windows-1252, with encoded words still encoded. */
final class HeaderFields {
    private final Map<String, List<String>> fields = new LinkedHashMap<>();
    private long characters;

    void add(Field field) {
        byte[] raw = field.getRaw().toByteArray();
        String text = MailCharsets.guess(raw);
        String value =
                text.substring(text.indexOf(':') + 1).replaceAll("\r?\n|\r", "").strip();
        fields.computeIfAbsent(field.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                .add(value);
        characters += text.length();
    }

    /** How many there are of all fields together, as sent. */
    long characters() {
        return characters;
    }

    /** The first value, as sent. */
    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The values, as sent. */
    List<String> all(String name) {
        return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** The values, decoded. */
    List<String> decoded(String name) {
        return all(name).stream().map(EncodedWords::decode).toList();
    }
}
