package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.MimeHeaders;
import java.util.Base64;
import java.util.List;

/** A message as Gmail shows it. */
final class MessageJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** All but the content. */
    static ObjectNode minimal(GmailMessage message) {
        ObjectNode json = labelled(message.id(), message.threadId(), message.labels());
        json.put("snippet", message.snippet());
        json.put("sizeEstimate", message.mime().length);
        json.put("historyId", Long.toUnsignedString(message.historyId()));
        // An int64, which Google writes as text.
        json.put("internalDate", Long.toString(message.received().toEpochMilli()));
        return json;
    }

    /** The mail itself in base64url. */
    static ObjectNode raw(GmailMessage message) {
        return minimal(message).put("raw", Base64.getUrlEncoder().encodeToString(message.mime()));
    }

    /** @param names of the header fields to show, in any case; empty for all */
    static ObjectNode metadata(GmailMessage message, List<String> names) {
        MimeHeaders headers = MimeHeaders.of(message.mime());
        ObjectNode json = minimal(message);
        ObjectNode payload = json.putObject("payload");
        payload.put(
                "mimeType",
                headers.first("Content-Type")
                        .orElse("text/plain")
                        .split(";", -1)[0]
                        .strip());
        ArrayNode fields = payload.putArray("headers");
        headers.fields().stream()
                .filter(field -> names.isEmpty() || names.stream().anyMatch(field.name()::equalsIgnoreCase))
                .forEach(field -> fields.addObject().put("name", field.name()).put("value", field.value()));
        return json;
    }

    /** As lists name messages. */
    static ObjectNode named(String id, String threadId) {
        return JSON.objectNode().put("id", id).put("threadId", threadId);
    }

    static ObjectNode labelled(String id, String threadId, List<String> labels) {
        ObjectNode json = named(id, threadId);
        // Gmail leaves out what is empty.
        if (!labels.isEmpty()) {
            labels.forEach(json.putArray("labelIds")::add);
        }
        return json;
    }

    private MessageJson() {}
}
