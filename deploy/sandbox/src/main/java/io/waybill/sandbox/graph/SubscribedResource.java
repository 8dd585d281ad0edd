package io.waybill.sandbox.graph;

import java.util.List;
import java.util.Optional;

/**
 * What a subscription is to: a folder's messages, or a mailbox's.
 *
 * @param folder null for all
 */
record SubscribedResource(String user, String folder) {
    /** Empty for a resource this emulator has no notifications of. */
    static Optional<SubscribedResource> parse(String resource) {
        String path = resource.startsWith("/") ? resource.substring(1) : resource;
        List<String> segments = GraphRoute.segments(path.startsWith("v1.0/") ? path.substring(5) : path);
        if (!segments.getFirst().equalsIgnoreCase("users")
                || !segments.getLast().equalsIgnoreCase("messages")) {
            return Optional.empty();
        }
        return switch (segments.size()) {
            case 3 -> Optional.of(new SubscribedResource(segments.get(1), null));
            case 5 ->
                segments.get(2).equalsIgnoreCase("mailFolders")
                        ? Optional.of(new SubscribedResource(segments.get(1), segments.get(3)))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }
}
