package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.PathTemplate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which call a request is, and the names in its path. */
record GmailRoute(GmailCall call, Map<String, String> names) {
    private static final GmailRoute OTHER = new GmailRoute(GmailCall.OTHER, Map.of());

    /** @param path the path as it was sent, without its first slash */
    static GmailRoute of(String method, String path) {
        List<String> segments =
                Arrays.stream(path.split("/", -1)).map(PathTemplate::decode).toList();
        for (GmailCall call : GmailCall.values()) {
            if (call.method().equals(method)) {
                Optional<Map<String, String>> names = PathTemplate.match(call.template(), segments);
                if (names.isPresent()) {
                    return new GmailRoute(call, names.get());
                }
            }
        }
        return OTHER;
    }

    String name(String placeholder) {
        return names.get(placeholder);
    }
}
