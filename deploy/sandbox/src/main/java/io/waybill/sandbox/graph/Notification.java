package io.waybill.sandbox.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** One item of what is posted to an endpoint. */
sealed interface Notification {
    ObjectMapper JSON = new ObjectMapper();
    DateTimeFormatter SEVEN_DIGITS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSXXX");
    ZoneOffset INDIA = ZoneOffset.ofHoursMinutes(5, 30);

    GraphSubscription subscription();

    /** @param number counts the notifications: Graph's spellings differ, and each comes up in turn */
    record Changed(GraphSubscription subscription, String changeType, GraphMessage message, long number)
            implements Notification {}

    record Lifecycle(GraphSubscription subscription, LifecycleEvent event) implements Notification {}

    static byte[] body(List<Notification> notifications) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode value = body.putArray("value");
        for (Notification each : notifications) {
            switch (each) {
                case Changed changed -> write(changed, value.addObject());
                case Lifecycle lifecycle -> write(lifecycle, value.addObject());
            }
        }
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void write(Changed changed, ObjectNode item) {
        GraphSubscription subscription = changed.subscription();
        String user = subscription.user();
        String id = changed.message().id(subscription.immutableIds());
        String tenant = subscription.app().tenant();
        boolean even = changed.number() % 2 == 0;
        String slashes = "Users/" + user + "/Messages/" + id;
        item.put("id", "lsgTZMr9KwAAA" + changed.number());
        item.put("subscriptionId", subscription.id());
        item.put("subscriptionExpirationDateTime", time(subscription.expiration(), even ? ZoneOffset.UTC : INDIA));
        item.put("clientState", subscription.clientState());
        item.put("changeType", changed.changeType());
        item.put("resource", changed.number() % 3 == 0 ? "users/" + user + "@" + tenant + "/messages/" + id : slashes);
        item.put("tenantId", tenant);
        item.putObject("resourceData")
                .put("@odata.type", even ? "#Microsoft.Graph.Message" : "#microsoft.graph.message")
                .put("@odata.id", even ? slashes : "Users('" + user + "')/messages('" + id + "')")
                .put("@odata.etag", changed.message().etag())
                .put("id", id);
    }

    private static void write(Lifecycle lifecycle, ObjectNode item) {
        GraphSubscription subscription = lifecycle.subscription();
        item.put("subscriptionId", subscription.id());
        item.put("subscriptionExpirationDateTime", time(subscription.expiration(), ZoneOffset.UTC));
        item.put("tenantId", subscription.app().tenant());
        item.put("clientState", subscription.clientState());
        item.put("lifecycleEvent", lifecycle.event().wireName());
    }

    private static String time(Instant time, ZoneOffset offset) {
        return SEVEN_DIGITS.format(time.atOffset(offset));
    }
}
