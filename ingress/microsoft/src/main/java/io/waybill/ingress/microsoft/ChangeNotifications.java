package io.waybill.ingress.microsoft;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.micronaut.core.annotation.Nullable;
import io.waybill.contracts.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a change notification collection, {@code {"value": [ … ]}}, as a stream: what is unknown is skipped and never kept, and one
 * item that is badly made does not take the others with it.
 */
final class ChangeNotifications {
    /** What the server lets in. */
    static final int MAX_BYTES = 1024 * 1024;

    /**
     * A notification of Graph's has 600 bytes and more, so a body has room for fewer. A body of more is none of Graph's, and is
     * refused whole: whoever sent it has no mail to lose.
     */
    static final int MAX_ITEMS = 2000;

    /** Graph's own need four. */
    private static final int MAX_NESTING = 16;

    /** Takes the bytes for UTF-8, and does not guess at UTF-16. */
    private static final JsonFactory JSON = Json.mapper(MAX_NESTING, MAX_BYTES)
            .getFactory()
            .rebuild()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();

    private ChangeNotifications() {}

    /** There are more than {@link #MAX_ITEMS}. */
    static final class TooManyException extends IOException {
        private static final long serialVersionUID = 1L;

        TooManyException() {
            super("more than " + MAX_ITEMS + " notifications");
        }
    }

    /**
     * The items in their order.
     *
     * @param body UTF-8; whoever calls has seen to that
     * @throws TooManyException if there are more than {@link #MAX_ITEMS}
     * @throws IOException if it is no collection; the message repeats nothing of it
     */
    static List<ChangeNotification> parse(byte[] body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the body is not an object");
            }
            List<ChangeNotification> items = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isValue = parser.currentName().equals("value");
                if (parser.nextToken() == JsonToken.START_ARRAY && isValue) {
                    items = items(parser);
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new IOException("something follows the object");
            }
            if (items == null) {
                throw new IOException("value must be a list");
            }
            return items;
        } catch (JsonProcessingException invalid) {
            throw new IOException("the body is not JSON", invalid);
        }
    }

    private static List<ChangeNotification> items(JsonParser parser) throws IOException {
        List<ChangeNotification> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (items.size() == MAX_ITEMS) {
                throw new TooManyException();
            }
            items.add(item(parser));
        }
        return items;
    }

    /** What is no object has none of the fields. */
    private static ChangeNotification item(JsonParser parser) throws IOException {
        String clientState = null;
        String tenantId = null;
        String subscriptionId = null;
        String changeType = null;
        String lifecycleEvent = null;
        String messageId = null;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "clientState" -> clientState = text(parser);
                    case "tenantId" -> tenantId = text(parser);
                    case "subscriptionId" -> subscriptionId = text(parser);
                    case "changeType" -> changeType = text(parser);
                    case "lifecycleEvent" -> lifecycleEvent = text(parser);
                    case "resourceData" -> messageId = id(parser);
                    default -> parser.skipChildren();
                }
            }
        } else {
            parser.skipChildren();
        }
        return new ChangeNotification(clientState, tenantId, subscriptionId, changeType, lifecycleEvent, messageId);
    }

    @Nullable
    private static String id(JsonParser parser) throws IOException {
        String id = null;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return null;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isId = parser.currentName().equals("id");
            parser.nextToken();
            if (isId) {
                id = text(parser);
            } else {
                parser.skipChildren();
            }
        }
        return id;
    }

    @Nullable
    private static String text(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }
}
