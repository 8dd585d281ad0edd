package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.ControlJson;
import io.waybill.sandbox.emulator.QueryFields;
import io.waybill.sandbox.emulator.RequestBody;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

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
                ControlJson.write(exchange, answer);
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
            case "POST users/remove" -> ControlJson.done(() -> gmail.removeUser(query.required("user")));
            case "POST users/deny" -> ControlJson.done(() -> gmail.denyUser(query.required("user")));
            case "POST users/allow" -> ControlJson.done(() -> gmail.allowUser(query.required("user")));
            case "POST messages" -> deliver(query, body(exchange, MIME_BYTES_MAX));
            case "POST messages/relabel" ->
                ControlJson.done(gmail.relabel(
                        query.required("user"), query.required("id"), query.values("add"), query.values("remove")));
            case "POST messages/delete" -> ControlJson.done(gmail.delete(query.required("user"), query.required("id")));
            case "GET history" ->
                ControlJson.MAPPER.createObjectNode().put("historyId", gmail.historyId(query.required("user")));
            case "POST history/expire" -> ControlJson.done(() -> gmail.expireHistory(query.required("user")));
            case "POST topics" -> ControlJson.done(() -> gmail.addTopic(query.required("topic")));
            case "POST subscriptions" -> subscribe(json(exchange));
            case "GET subscriptions" -> {
                ObjectNode answer = ControlJson.MAPPER.createObjectNode();
                ArrayNode all = answer.putArray("subscriptions");
                gmail.subscriptions().forEach(each -> all.add(ControlJson.MAPPER.<JsonNode>valueToTree(each)));
                yield answer;
            }
            case "POST subscriptions/remove" -> ControlJson.done(gmail.unsubscribe(query.required("subscription")));
            case "POST publish" -> {
                gmail.publish(query.required("topic"), body(exchange, GmailRequest.BODY_BYTES_MAX));
                yield ControlJson.done(true);
            }
            case "GET watches" -> watches();
            case "POST watches/remove" -> ControlJson.done(gmail.removeWatches(query.required("user")));
            case "POST faults" -> {
                ObjectNode faults = ControlJson.MAPPER.valueToTree(gmail.faults());
                faults.setAll((ObjectNode) json(exchange));
                gmail.faults(ControlJson.MAPPER.treeToValue(faults, GmailFaults.class));
                yield ControlJson.MAPPER.valueToTree(gmail.faults());
            }
            case "GET faults" -> ControlJson.MAPPER.valueToTree(gmail.faults());
            case "POST heal" -> ControlJson.done(gmail::heal);
            case "POST clock" -> {
                gmail.advance(Duration.ofSeconds(Integer.parseInt(query.required("advance_seconds"))));
                yield ControlJson.done(true);
            }
            case "POST keys/rotate" -> ControlJson.MAPPER.createObjectNode().put("kid", gmail.rotateKeys());
            case "POST keys/withdraw" -> ControlJson.done(gmail::withdrawKeys);
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
        return ControlJson.done(true);
    }

    private ObjectNode deliver(QueryFields query, byte[] mime) {
        String user = query.required("user");
        List<String> labels = query.values("label").isEmpty() ? GmailServer.ARRIVED : query.values("label");
        String id = query.last("received_seconds")
                .map(seconds -> gmail.deliver(user, mime, labels, Instant.ofEpochSecond(Long.parseLong(seconds))))
                .orElseGet(() -> gmail.deliver(user, mime, labels));
        return ControlJson.MAPPER.createObjectNode().put("id", id);
    }

    private ObjectNode subscribe(JsonNode wanted) {
        gmail.subscribe(new PushSubscription(
                wanted.path("name").asText(),
                wanted.path("topic").asText(),
                URI.create(wanted.path("endpoint").asText()),
                wanted.hasNonNull("audience") ? wanted.get("audience").asText() : null,
                wanted.path("serviceAccount").asText(null)));
        return ControlJson.done(true);
    }

    private ObjectNode watches() {
        ObjectNode answer = ControlJson.MAPPER.createObjectNode();
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
        ObjectNode answer = ControlJson.MAPPER.createObjectNode();
        ControlJson.put(answer, "calls", counts.calls().all());
        ControlJson.put(answer, "refused", counts.refused().all());
        ControlJson.put(answer, "pushes", counts.pushes().all());
        ControlJson.put(answer, "units", counts.limits().units().all());
        ControlJson.put(answer, "max_concurrent", counts.limits().maxConcurrent());
        return answer;
    }

    private static JsonNode json(HttpExchange exchange) throws IOException, GmailRefusal {
        JsonNode json = ControlJson.MAPPER.readTree(body(exchange, GmailRequest.BODY_BYTES_MAX));
        if (!json.isObject()) {
            throw GmailRefusal.invalid("The body is no JSON object.");
        }
        return json;
    }

    private static byte[] body(HttpExchange exchange, int most) throws IOException, GmailRefusal {
        return RequestBody.read(exchange, most)
                .orElseThrow(() -> GmailRefusal.invalid("More than " + most + " bytes."));
    }
}
