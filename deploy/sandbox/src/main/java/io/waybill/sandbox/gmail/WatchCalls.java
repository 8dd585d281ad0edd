package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.TurnedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/** Watches made, renewed and stopped. */
final class WatchCalls {
    private final GmailUsers users;
    private final Watches watches;
    private final PubSub pubSub;
    private final Announcer announcer;
    private final TurnedClock clock;
    private final Duration life;

    WatchCalls(
            GmailUsers users, Watches watches, PubSub pubSub, Announcer announcer, TurnedClock clock, Duration life) {
        this.users = users;
        this.watches = watches;
        this.pubSub = pubSub;
        this.announcer = announcer;
        this.clock = clock;
        this.life = life;
    }

    /** 1. the topic is one of the project's, 2. there is such a topic, 3. it is told at once, whether anything changed or not. */
    GmailReply watch(GmailRequest request) throws GmailRefusal {
        GmailMailbox mailbox = users.open(request.grant().subject());
        JsonNode body = request.json();
        String topic = topic(body, Project.id(request.grant()));
        Instant expiration = clock.instant().plus(life);
        watches.put(
                Project.of(request.grant()),
                new GmailWatch(mailbox.address(), topic, labels(body), isExcluding(body), expiration));
        long historyId = mailbox.historyId();
        announcer.announce(mailbox.address(), topic, historyId);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        // Int64s, which Google writes as text.
        json.put("historyId", Long.toUnsignedString(historyId));
        json.put("expiration", Long.toString(expiration.toEpochMilli()));
        return new GmailReply.Json(json);
    }

    GmailReply stop(GmailRequest request) throws GmailRefusal {
        // Nothing to stop is no error.
        boolean _ = watches.remove(users.open(request.grant().subject()).address(), Project.of(request.grant()));
        return new GmailReply.Empty();
    }

    private String topic(JsonNode body, Optional<String> project) throws GmailRefusal {
        String topic = body.path("topicName").asText();
        Matcher parts = PubSub.TOPIC.matcher(topic);
        if (!parts.matches()
                || !project.filter(own -> !own.equals(parts.group(1))).isEmpty()) {
            throw GmailRefusal.invalid(
                    "Invalid topicName does not match projects/" + project.orElse("*") + "/topics/*");
        }
        if (!pubSub.hasTopic(topic)) {
            throw new GmailRefusal(new GmailAnswer(
                    404,
                    "notFound",
                    "global",
                    "Error sending test message to Cloud PubSub " + topic + " : Resource not found (resource="
                            + parts.group(2) + ").",
                    null));
        }
        return topic;
    }

    private static List<String> labels(JsonNode body) throws GmailRefusal {
        List<String> labels = new ArrayList<>();
        for (JsonNode label : body.path("labelIds")) {
            if (!label.isTextual()) {
                throw GmailRefusal.invalid("Invalid value at 'label_ids'");
            }
            labels.add(label.asText());
        }
        return labels;
    }

    private static boolean isExcluding(JsonNode body) throws GmailRefusal {
        // The older name is still taken.
        String behavior = body.has("labelFilterBehavior")
                ? body.get("labelFilterBehavior").asText()
                : body.path("labelFilterAction").asText("include");
        return switch (behavior) {
            case "include", "INCLUDE" -> false;
            case "exclude", "EXCLUDE" -> true;
            default -> throw GmailRefusal.invalid("Invalid value at 'label_filter_behavior': \"" + behavior + "\"");
        };
    }
}
