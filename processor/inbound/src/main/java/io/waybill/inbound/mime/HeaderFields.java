package io.waybill.inbound.mime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.stream.Field;

/** The header of a mail or a part: values unfolded, in UTF-8 or else windows-1252, with encoded words still encoded. */
final class HeaderFields {
    private final Map<String, List<String>> fields = new LinkedHashMap<>();
    private final Optional<Set<String>> only;
    private long characters;

    /** Takes all fields: of a header that is bounded. */
    HeaderFields() {
        this(Optional.empty());
    }

    private HeaderFields(Optional<Set<String>> only) {
        this.only = only;
    }

    /**
     * Takes the first field of each name: of a header that may be as long as its mail.
     *
     * @param names in lower case
     */
    static HeaderFields firstOf(Set<String> names) {
        return new HeaderFields(Optional.of(names));
    }

    void add(Field field) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        if (only.isPresent() && (!only.get().contains(name) || fields.containsKey(name))) {
            return;
        }
        byte[] raw = field.getRaw().toByteArray();
        String text = MailCharsets.guess(raw);
        String value =
                text.substring(text.indexOf(':') + 1).replaceAll("\r?\n|\r", "").strip();
        fields.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        characters += text.length();
    }

    /** How many there are of all fields that were taken together, as sent. */
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
