package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.DurationModule;
import io.waybill.sandbox.emulator.QueryFields;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What {@link GmailServer}'s methods do, over HTTP for who runs it as a process; without a token.
 *
 * <pre>
 * POST /emulator/users                               {"address": "…"}; also with "first_history_id": "…"
 * POST /emulator/users/remove?user=…
 * POST /emulator/users/deny?user=…
 * POST /emulator/users/allow?user=…
 * POST /emulator/messages?user=…[&amp;label=…&amp;label=…][&amp;received_seconds=…]   the mail itself; answers {"id": "…"}
 * POST /emulator/messages/relabel?user=…&amp;id=…[&amp;add=…][&amp;remove=…]          each may come several times
 * POST /emulator/messages/delete?user=…&amp;id=…
 * GET  /emulator/history?user=…                      answers {"historyId": "…"}
 * POST /emulator/history/expire?user=…
 * POST /emulator/topics?topic=…
 * POST /emulator/subscriptions                       {"name", "topic", "endpoint", "audience", "serviceAccount"}; GET shows them
 * POST /emulator/subscriptions/remove?subscription=…
 * POST /emulator/publish?topic=…                     the data
 * GET  /emulator/watches
 * POST /emulator/watches/remove?user=…
 * POST /emulator/faults                              what to change of {@link GmailFaults}; GET shows them
 * POST /emulator/heal
 * POST /emulator/clock?advance_seconds=…
 * POST /emulator/keys/rotate                         answers {"kid": "…"}
 * POST /emulator/keys/withdraw
 * GET  /emulator/calls
 * </pre>
 */
final class EmulatorCalls {
    // What Gmail takes at most is less.
    private static final int MIME_BYTES_MAX = 150 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new DurationModule());

    private final GmailServer gmail;

    EmulatorCalls(GmailServer gmail) {
        this.gmail = gmail;
    }

    void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/emulator/".length());
            QueryFields query = QueryFields.of(exchange.getRequestURI().getRawQuery());
            try {
                ObjectNode answer = answer(exchange.getRequestMethod() + " " + path, query, exchange);
                byte[] body = JSON.writeValueAsBytes(answer);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } catch (GmailRefusal refusal) {
                ReplyWriter.refuse(exchange, refusal.answer());
            } catch (IllegalArgumentException | JsonProcessingException wrong) {
                ReplyWriter.refuse(exchange, GmailAnswer.invalid(wrong.getMessage()));
            }
        }
    }

    private ObjectNode answer(String call, QueryFields query, HttpExchange exchange) throws IOException, GmailRefusal {
        return switch (call) {
            case "POST users" -> user(json(exchange));
            case "POST users/remove" -> done(() -> gmail.removeUser(required(query, "user")));
            case "POST users/deny" -> done(() -> gmail.denyUser(required(query, "user")));
            case "POST users/allow" -> done(() -> gmail.allowUser(required(query, "user")));
            case "POST messages" -> deliver(query, body(exchange, MIME_BYTES_MAX));
            case "POST messages/relabel" ->
                done(gmail.relabel(
                        required(query, "user"), required(query, "id"), query.values("add"), query.values("remove")));
            case "POST messages/delete" -> done(gmail.delete(required(query, "user"), required(query, "id")));
            case "GET history" -> JSON.createObjectNode().put("historyId", gmail.historyId(required(query, "user")));
            case "POST history/expire" -> done(() -> gmail.expireHistory(required(query, "user")));
            case "POST topics" -> done(() -> gmail.addTopic(required(query, "topic")));
            case "POST subscriptions" -> subscribe(json(exchange));
            case "GET subscriptions" -> {
                ObjectNode answer = JSON.createObjectNode();
                ArrayNode all = answer.putArray("subscriptions");
                gmail.subscriptions().forEach(each -> all.add(JSON.<JsonNode>valueToTree(each)));
                yield answer;
            }
            case "POST subscriptions/remove" -> done(gmail.unsubscribe(required(query, "subscription")));
            case "POST publish" -> {
                gmail.publish(required(query, "topic"), body(exchange, GmailRequest.BODY_BYTES_MAX));
                yield done(true);
            }
            case "GET watches" -> watches();
            case "POST watches/remove" -> done(gmail.removeWatches(required(query, "user")));
            case "POST faults" -> {
                ObjectNode faults = JSON.valueToTree(gmail.faults());
                faults.setAll((ObjectNode) json(exchange));
                gmail.faults(JSON.treeToValue(faults, GmailFaults.class));
                yield JSON.valueToTree(gmail.faults());
            }
            case "GET faults" -> JSON.valueToTree(gmail.faults());
            case "POST heal" -> done(gmail::heal);
            case "POST clock" -> {
                gmail.advance(Duration.ofSeconds(Integer.parseInt(required(query, "advance_seconds"))));
                yield done(true);
            }
            case "POST keys/rotate" -> JSON.createObjectNode().put("kid", gmail.rotateKeys());
            case "POST keys/withdraw" -> done(gmail::withdrawKeys);
            case "GET calls" -> counts();
            default ->
                throw new GmailRefusal(
                        new GmailAnswer(404, "notFound", "global", "The emulator has no " + call + ".", null));
        };
    }

    private ObjectNode user(JsonNode user) {
        if (!user.path("address").isTextual()) {
            throw new IllegalArgumentException("the user lacks an address");
        }
        String address = user.get("address").asText();
        if (user.hasNonNull("first_history_id")) {
            gmail.addUser(
                    address, Long.parseUnsignedLong(user.get("first_history_id").asText()));
        } else {
            gmail.addUser(address);
        }
        return done(true);
    }

    private ObjectNode deliver(QueryFields query, byte[] mime) {
        String user = required(query, "user");
        List<String> labels = query.values("label").isEmpty() ? GmailServer.ARRIVED : query.values("label");
        String id = query.last("received_seconds")
                .map(seconds -> gmail.deliver(user, mime, labels, Instant.ofEpochSecond(Long.parseLong(seconds))))
                .orElseGet(() -> gmail.deliver(user, mime, labels));
        return JSON.createObjectNode().put("id", id);
    }

    private ObjectNode subscribe(JsonNode wanted) {
        gmail.subscribe(new PushSubscription(
                wanted.path("name").asText(),
                wanted.path("topic").asText(),
                URI.create(wanted.path("endpoint").asText()),
                wanted.hasNonNull("audience") ? wanted.get("audience").asText() : null,
                wanted.path("serviceAccount").asText(null)));
        return done(true);
    }

    private ObjectNode watches() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("watches");
        for (GmailWatch watch : gmail.watches()) {
            ObjectNode json = all.addObject()
                    .put("address", watch.address())
                    .put("topic", watch.topic())
                    .put("excluding", watch.excluding())
                    .put("expiration", watch.expiration().toString());
            watch.labels().forEach(json.putArray("labels")::add);
        }
        return answer;
    }

    private ObjectNode counts() {
        GmailServer.Counts counts = gmail.counts();
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode calls = answer.putObject("calls");
        counts.calls().all().forEach((call, count) -> calls.put(lower(call), count));
        ObjectNode refused = answer.putObject("refused");
        counts.refused().all().forEach((status, count) -> refused.put(status.toString(), count));
        ObjectNode pushes = answer.putObject("pushes");
        counts.pushes().all().forEach((fate, count) -> pushes.put(lower(fate), count));
        ObjectNode units = answer.putObject("units");
        counts.limits().units().all().forEach(units::put);
        ObjectNode concurrent = answer.putObject("max_concurrent");
        counts.limits().maxConcurrent().forEach(concurrent::put);
        return answer;
    }

    private static ObjectNode done(Runnable action) {
        action.run();
        return done(true);
    }

    private static ObjectNode done(boolean found) {
        return JSON.createObjectNode().put("done", found);
    }

    private static String required(QueryFields query, String name) {
        return query.last(name).orElseThrow(() -> new IllegalArgumentException("the query lacks " + name));
    }

    private static JsonNode json(HttpExchange exchange) throws IOException, GmailRefusal {
        JsonNode json = JSON.readTree(body(exchange, GmailRequest.BODY_BYTES_MAX));
        if (!json.isObject()) {
            throw GmailRefusal.invalid("The body is no JSON object.");
        }
        return json;
    }

    private static byte[] body(HttpExchange exchange, int most) throws IOException, GmailRefusal {
        byte[] body = exchange.getRequestBody().readNBytes(most + 1);
        if (body.length > most) {
            throw GmailRefusal.invalid("More than " + most + " bytes.");
        }
        return body;
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
