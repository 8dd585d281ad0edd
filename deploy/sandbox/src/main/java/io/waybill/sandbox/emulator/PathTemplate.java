package io.waybill.sandbox.emulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Paths with names in braces, as {@code users/{user}/messages}. */
public final class PathTemplate {
    /** What the path has for the names; empty if it is another path. Names stand for a whole segment that is not empty. */
    public static Optional<Map<String, String>> match(String template, List<String> segments) {
        String[] wanted = template.split("/", -1);
        if (wanted.length != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            String segment = segments.get(i);
            if (wanted[i].startsWith("{") && !segment.isEmpty()) {
                names.put(wanted[i].substring(1, wanted[i].length() - 1), segment);
            } else if (!wanted[i].equalsIgnoreCase(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(Map.copyOf(names));
    }

    /** A segment as it was sent; one that is not encoded rightly stays as it is. */
    public static String decode(String segment) {
        try {
            // A plus is a plus in a path.
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return segment;
        }
    }

    private PathTemplate() {}
}
