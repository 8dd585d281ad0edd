package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.TurnedClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Subscriptions made, listed, renewed and removed. */
final class SubscriptionCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Duration LIFE_MAX = Duration.ofMinutes(10_080);
    private static final Duration LIFE_MIN = Duration.ofMinutes(45);
    private static final int CLIENT_STATE_CHARACTERS_MAX = 128;
    private static final int PAGE = 100;
    private static final Set<String> CHANGE_TYPES = Set.of("created", "updated", "deleted");

    private final GraphUsers users;
    private final Subscriptions subscriptions;
    private final Handshake handshake;
    private final TurnedClock clock;
    private final String base;

    SubscriptionCalls(
            GraphUsers users, Subscriptions subscriptions, Handshake handshake, TurnedClock clock, String base) {
        this.users = users;
        this.subscriptions = subscriptions;
        this.handshake = handshake;
        this.clock = clock;
        this.base = base;
    }

    /** 1. the body is checked, 2. both URLs echo a token, 3. it exists, unless there is one like it. */
    GraphReply create(GraphRequest request) throws GraphRefusal {
        GraphSubscription wanted = wanted(request);
        handshake.validate(wanted.notificationUrl());
        if (wanted.lifecycleUrl() != null) {
            handshake.validate(wanted.lifecycleUrl());
        }
        Optional<GraphSubscription> same = subscriptions.add(wanted);
        if (same.isPresent()) {
            throw new GraphRefusal(
                    409,
                    "Conflict",
                    "Subscription Id " + same.get().id() + " already exists for the requested combination.");
        }
        return new GraphReply.Json(201, withContext(wanted));
    }

    GraphReply list(GraphRequest request) throws GraphRefusal {
        Optional<String> position = request.parameter("$skiptoken");
        int from = position.isPresent() ? GraphRequest.number("$skiptoken", position.get(), 0, Integer.MAX_VALUE) : 0;
        List<GraphSubscription> own = subscriptions.all().stream()
                .filter(each -> each.app().equals(request.app()))
                .toList();
        ObjectNode json = JSON.objectNode();
        json.put("@odata.context", base + "$metadata#subscriptions");
        ArrayNode value = json.putArray("value");
        own.stream().skip(from).limit(PAGE).forEach(each -> value.add(json(each)));
        if (own.size() > from + PAGE) {
            json.put("@odata.nextLink", base + "subscriptions?$skiptoken=" + (from + PAGE));
        }
        return new GraphReply.Json(200, json);
    }

    GraphReply get(GraphRequest request) throws GraphRefusal {
        return new GraphReply.Json(200, withContext(own(request)));
    }

    GraphReply renew(GraphRequest request) throws GraphRefusal {
        GraphSubscription subscription = own(request);
        JsonNode body = request.json();
        if (!body.has("expirationDateTime") && !body.has("notificationUrl")) {
            throw GraphRefusal.invalid("Only expirationDateTime and notificationUrl can be changed.");
        }
        if (body.has("notificationUrl")) {
            URI url = url(body, "notificationUrl");
            handshake.validate(url);
            subscriptions.change(subscription.id(), each -> each.at(url));
        }
        if (body.has("expirationDateTime")) {
            Instant expiration = expiration(body);
            subscriptions.change(subscription.id(), each -> each.until(expiration));
        }
        return new GraphReply.Json(200, withContext(own(request)));
    }

    GraphReply delete(GraphRequest request) throws GraphRefusal {
        subscriptions.remove(own(request).id());
        return new GraphReply.Empty(204);
    }

    GraphReply reauthorize(GraphRequest request) throws GraphRefusal {
        subscriptions.change(own(request).id(), each -> each.reauthorizeSince(null));
        return new GraphReply.Empty(200);
    }

    /** Another app's subscriptions do not exist. */
    private GraphSubscription own(GraphRequest request) throws GraphRefusal {
        return subscriptions
                .find(request.route().name("subscription"))
                .filter(each -> each.app().equals(request.app()))
                .orElseThrow(() -> new GraphRefusal(404, "ResourceNotFound", "The object was not found."));
    }

    private GraphSubscription wanted(GraphRequest request) throws GraphRefusal {
        JsonNode body = request.json();
        if (body.path("includeResourceData").asBoolean()) {
            throw GraphRefusal.invalid("This emulator sends no resource data.");
        }
        List<String> changeTypes = List.of(text(body, "changeType").split(",", -1));
        if (!CHANGE_TYPES.containsAll(changeTypes)) {
            throw GraphRefusal.invalid("Invalid changeType.");
        }
        String resource = text(body, "resource");
        SubscribedResource subscribed = SubscribedResource.parse(resource)
                .orElseThrow(() -> GraphRefusal.invalid("Invalid resource '" + resource + "'."));
        GraphMailbox mailbox = users.open(subscribed.user());
        String folderId = subscribed.folder() == null
                ? null
                : MessageCalls.folder(mailbox, subscribed.folder()).id();
        String clientState =
                body.path("clientState").isTextual() ? body.path("clientState").asText() : null;
        if (clientState != null && clientState.length() > CLIENT_STATE_CHARACTERS_MAX) {
            throw GraphRefusal.invalid("clientState must not be longer than 128 characters.");
        }
        return new GraphSubscription(
                UUID.randomUUID().toString(),
                request.app(),
                mailbox.user(),
                folderId,
                resource,
                changeTypes,
                url(body, "notificationUrl"),
                body.hasNonNull("lifecycleNotificationUrl") ? url(body, "lifecycleNotificationUrl") : null,
                expiration(body),
                clientState,
                request.wantsImmutableIds(),
                null);
    }

    private Instant expiration(JsonNode body) throws GraphRefusal {
        Instant now = clock.instant();
        Instant wanted;
        try {
            wanted = OffsetDateTime.parse(text(body, "expirationDateTime")).toInstant();
        } catch (DateTimeParseException noTime) {
            throw GraphRefusal.invalid("Invalid expirationDateTime.");
        }
        if (wanted.isAfter(now.plus(LIFE_MAX))) {
            throw new GraphRefusal(
                    400,
                    "ExtensionError",
                    "Subscription expiration can only be " + LIFE_MAX.toMinutes() + " minutes in the future.");
        }
        return wanted.isBefore(now.plus(LIFE_MIN)) ? now.plus(LIFE_MIN) : wanted;
    }

    private static URI url(JsonNode body, String name) throws GraphRefusal {
        try {
            URI url = URI.create(text(body, name));
            // Graph takes https alone; the loopback has no certificates.
            if (Set.of("http", "https").contains(String.valueOf(url.getScheme())) && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException garbled) {
            // Said below.
        }
        throw GraphRefusal.invalid("The " + name + " is not a valid URL.");
    }

    private static String text(JsonNode body, String name) throws GraphRefusal {
        if (!body.path(name).isTextual() || body.path(name).asText().isBlank()) {
            throw GraphRefusal.invalid("The property " + name + " is missing.");
        }
        return body.path(name).asText();
    }

    private ObjectNode withContext(GraphSubscription subscription) {
        ObjectNode json = JSON.objectNode();
        json.put("@odata.context", base + "$metadata#subscriptions/$entity");
        return json.setAll(json(subscription));
    }

    private static ObjectNode json(GraphSubscription subscription) {
        ObjectNode json = JSON.objectNode();
        json.put("id", subscription.id());
        json.put("resource", subscription.resource());
        json.put("applicationId", subscription.app().clientId());
        json.put("changeType", String.join(",", subscription.changeTypes()));
        json.put("clientState", subscription.clientState());
        json.put("notificationUrl", subscription.notificationUrl().toString());
        json.putNull("notificationQueryOptions");
        json.put(
                "lifecycleNotificationUrl",
                subscription.lifecycleUrl() == null
                        ? null
                        : subscription.lifecycleUrl().toString());
        json.put("expirationDateTime", subscription.expiration().toString());
        json.put("creatorId", subscription.app().clientId());
        json.putNull("includeResourceData");
        json.put("latestSupportedTlsVersion", "v1_2");
        json.putNull("encryptionCertificate");
        json.putNull("encryptionCertificateId");
        json.putNull("notificationUrlAppId");
        return json;
    }
}
