package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.MimeHeaders;
import jakarta.mail.internet.InternetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A message as a Graph resource. There is no body: whoever wants it takes {@code $value}. */
final class MessageJson {
    static final List<String> ALL = List.of(
            "id",
            "createdDateTime",
            "lastModifiedDateTime",
            "changeKey",
            "categories",
            "receivedDateTime",
            "sentDateTime",
            "hasAttachments",
            "internetMessageId",
            "subject",
            "importance",
            "parentFolderId",
            "conversationId",
            "isRead",
            "isDraft",
            "sender",
            "from",
            "toRecipients",
            "ccRecipients",
            "replyTo");
    // Only where it is selected, as in Graph.
    private static final String HEADERS = "internetMessageHeaders";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The properties of a {@code $select}, in its order. */
    static List<String> select(String text) throws GraphRefusal {
        List<String> properties = new ArrayList<>();
        for (String property : text.split(",", -1)) {
            String name = property.strip();
            if (!ALL.contains(name) && !name.equals(HEADERS)) {
                throw new GraphRefusal(
                        400,
                        "RequestBroker--ParseUri",
                        "Could not find a property named '" + name + "' on type 'microsoft.graph.message'.");
            }
            properties.add(name);
        }
        return properties;
    }

    static ObjectNode of(GraphMessage message, String user, List<String> properties, boolean immutableIds) {
        ObjectNode json = JSON.objectNode();
        json.put("@odata.etag", message.etag());
        // Whatever is selected, the id comes too.
        json.put("id", message.id(immutableIds));
        MimeHeaders headers = MimeHeaders.of(message.mime());
        for (String property : properties) {
            if (!property.equals("id")) {
                json.set(property, property(property, message, headers, user));
            }
        }
        return json;
    }

    /** Graph's times end with the second. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static JsonNode property(String name, GraphMessage message, MimeHeaders headers, String user) {
        return switch (name) {
            case "createdDateTime", "lastModifiedDateTime", "receivedDateTime", "sentDateTime" ->
                JSON.textNode(time(message.received()));
            case "changeKey" -> JSON.textNode(MessageIds.changeKey(message.immutableId(), message.order()));
            case "categories" -> JSON.arrayNode();
            case "hasAttachments" -> JSON.booleanNode(hasAttachments(message.mime()));
            case "internetMessageId" -> JSON.textNode(message.internetMessageId());
            case "subject" -> JSON.textNode(headers.subject());
            case "importance" -> JSON.textNode("normal");
            case "parentFolderId" -> JSON.textNode(message.folderId());
            case "conversationId" ->
                JSON.textNode(MessageIds.conversation(user, headers.conversationRoot(message.internetMessageId())));
            case "isRead" -> JSON.booleanNode(false);
            case "isDraft" -> JSON.booleanNode(message.folderName().equals("drafts"));
            case "sender", "from" ->
                headers.addresses("From").stream()
                        .findFirst()
                        .<JsonNode>map(MessageJson::recipient)
                        .orElseGet(JSON::nullNode);
            case "toRecipients" -> recipients(headers, "To");
            case "ccRecipients" -> recipients(headers, "Cc");
            case "replyTo" -> recipients(headers, "Reply-To");
            case HEADERS -> fields(headers);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static ArrayNode recipients(MimeHeaders headers, String name) {
        ArrayNode recipients = JSON.arrayNode();
        headers.addresses(name).forEach(address -> recipients.add(recipient(address)));
        return recipients;
    }

    private static ObjectNode recipient(InternetAddress address) {
        ObjectNode recipient = JSON.objectNode();
        recipient
                .putObject("emailAddress")
                .put("name", address.getPersonal() == null ? address.getAddress() : address.getPersonal())
                .put("address", address.getAddress());
        return recipient;
    }

    private static ArrayNode fields(MimeHeaders headers) {
        ArrayNode fields = JSON.arrayNode();
        headers.fields()
                .forEach(field -> fields.addObject().put("name", field.name()).put("value", field.value()));
        return fields;
    }

    private static boolean hasAttachments(byte[] mime) {
        return new String(mime, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains("content-disposition: attachment");
    }

    private MessageJson() {}
}
