package io.waybill.cli.mailboxes;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.Output;
import java.util.Map;
import java.util.TreeMap;

/** What keeps folders from being listened to. */
public final class ListenerTroubles {
    private ListenerTroubles() {}

    /**
     * The troubles, by the folder's name: {@code tenant/mailbox} for INBOX, else {@code tenant/mailbox folder}.
     *
     * @param listeners what a watch says of its listeners
     */
    public static Map<String, String> of(JsonNode listeners) {
        Map<String, String> troubles = new TreeMap<>();
        for (JsonNode listener : listeners) {
            if (listener.hasNonNull("lastError")) {
                troubles.put(folder(listener), trouble(listener));
            }
        }
        return troubles;
    }

    private static String folder(JsonNode listener) {
        String mailbox = listener.path("tenant").asText() + "/"
                + listener.path("mailbox").asText();
        String folder = listener.path("folder").asText();
        return Output.printable(folder.equals("INBOX") ? mailbox : mailbox + " " + folder);
    }

    private static String trouble(JsonNode listener) {
        String code = listener.path("lastError").asText();
        return Output.printable(
                listener.hasNonNull("lastDetail")
                        ? code + ", " + listener.get("lastDetail").asText()
                        : code);
    }
}
