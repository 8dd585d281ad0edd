package io.waybill.sandbox.graph;

import io.waybill.sandbox.emulator.PathTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which call a request is, and the names in its path. */
record GraphRoute(GraphCall call, Map<String, String> names) {
    private static final GraphRoute OTHER = new GraphRoute(GraphCall.OTHER, Map.of());
    // OData writes a key as folders('inbox') or folders/inbox.
    private static final Pattern KEY = Pattern.compile("([A-Za-z]+)\\('(.*)'\\)");

    /** @param path the path as it was sent, below {@code /v1.0/} */
    static GraphRoute of(String method, String path) {
        List<String> segments = segments(path);
        for (GraphCall call : GraphCall.values()) {
            if (call.method().equals(method)) {
                Optional<Map<String, String>> names = PathTemplate.match(call.template(), segments);
                if (names.isPresent()) {
                    return new GraphRoute(call, names.get());
                }
            }
        }
        return OTHER;
    }

    /** The parts of a path, decoded, keys in brackets as parts of their own. */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String raw : path.split("/", -1)) {
            Matcher key = KEY.matcher(raw);
            if (key.matches()) {
                segments.add(key.group(1));
                segments.add(PathTemplate.decode(key.group(2)));
            } else {
                segments.add(PathTemplate.decode(raw.equals("delta()") ? "delta" : raw));
            }
        }
        return segments;
    }

    boolean isOfMailbox() {
        return names.containsKey("user");
    }

    String name(String placeholder) {
        return names.get(placeholder);
    }
}
