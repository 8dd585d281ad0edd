package io.waybill.sandbox.emulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a URL's query, decoded; each with all its values in their order, and at least one. */
public record QueryFields(Map<String, List<String>> all) {
    /** @param raw as it was sent; null for none */
    public static QueryFields of(String raw) {
        Map<String, List<String>> fields = new HashMap<>();
        for (String field : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.computeIfAbsent(decode(field.substring(0, equals)), first -> new ArrayList<>())
                        .add(decode(field.substring(equals + 1)));
            }
        }
        return new QueryFields(fields);
    }

    /** Of a field that comes several times the last. */
    public Optional<String> last(String name) {
        return Optional.ofNullable(all.get(name)).map(List::getLast);
    }

    /** The same of a field that must come. */
    public String required(String name) {
        return last(name).orElseThrow(() -> new IllegalArgumentException("the query lacks " + name));
    }

    /** Empty where the field does not come. */
    public List<String> values(String name) {
        return all.getOrDefault(name, List.of());
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
