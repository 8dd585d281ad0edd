package io.waybill.sandbox.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.ControlJson;
import io.waybill.sandbox.emulator.QueryFields;
import io.waybill.sandbox.emulator.RequestBody;
import java.io.IOException;
import java.time.Duration;

/**
 * What {@link GraphServer}'s methods do, over HTTP for who runs it as a process; without a token.
 *
 * <pre>
 * POST /emulator/users                               {"id": "…", "mail": "…"}; also {"id": "…", "denied": true}
 * POST /emulator/users/remove?user=…
 * POST /emulator/messages?user=…[&amp;folder=…]          the mail itself; answers {"id": "…"}
 * POST /emulator/messages/move?user=…&amp;id=…&amp;folder=…
 * POST /emulator/messages/delete?user=…&amp;id=…
 * POST /emulator/faults                              what to change of {@link GraphFaults}; GET shows them
 * POST /emulator/heal
 * POST /emulator/clock?advance_seconds=…
 * POST /emulator/delta/expire[?user=…]
 * POST /emulator/lifecycle?subscription=…&amp;event=missed
 * POST /emulator/subscriptions/remove?subscription=…
 * GET  /emulator/calls
 * </pre>
 */
final class EmulatorCalls {
    // What Exchange takes at most.
    private static final int MIME_BYTES_MAX = 150 * 1024 * 1024;

    private final GraphServer graph;

    EmulatorCalls(GraphServer graph) {
        this.graph = graph;
    }

    void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/emulator/".length());
            QueryFields query = QueryFields.of(exchange.getRequestURI().getRawQuery());
            try {
                ObjectNode answer = answer(exchange.getRequestMethod() + " " + path, query, exchange);
                ControlJson.write(exchange, answer);
            } catch (GraphRefusal refusal) {
                ReplyWriter.refuse(exchange, refusal.answer());
            } catch (IllegalArgumentException | JsonProcessingException wrong) {
                ReplyWriter.refuse(exchange, new GraphAnswer(400, "BadRequest", wrong.getMessage(), null));
            }
        }
    }

    private ObjectNode answer(String call, QueryFields query, HttpExchange exchange) throws IOException, GraphRefusal {
        return switch (call) {
            case "POST users" -> user(json(exchange));
            case "POST users/remove" -> ControlJson.done(() -> graph.removeUser(query.required("user")));
            case "POST messages" ->
                ControlJson.MAPPER
                        .createObjectNode()
                        .put(
                                "id",
                                graph.deliver(
                                        query.required("user"),
                                        query.last("folder").orElse(GraphMailbox.INBOX),
                                        body(exchange, MIME_BYTES_MAX)));
            case "POST messages/move" ->
                ControlJson.done(graph.move(query.required("user"), query.required("id"), query.required("folder")));
            case "POST messages/delete" -> ControlJson.done(graph.delete(query.required("user"), query.required("id")));
            case "POST faults" -> {
                ObjectNode faults = ControlJson.MAPPER.valueToTree(graph.faults());
                faults.setAll((ObjectNode) json(exchange));
                graph.faults(ControlJson.MAPPER.treeToValue(faults, GraphFaults.class));
                yield ControlJson.MAPPER.valueToTree(graph.faults());
            }
            case "GET faults" -> ControlJson.MAPPER.valueToTree(graph.faults());
            case "POST heal" -> ControlJson.done(graph::heal);
            case "POST clock" -> {
                graph.advance(Duration.ofSeconds(GraphRequest.number(
                        "advance_seconds", query.required("advance_seconds"), 0, Integer.MAX_VALUE)));
                yield ControlJson.done(true);
            }
            case "POST delta/expire" -> {
                query.last("user").ifPresentOrElse(graph::expireDeltaTokens, graph::expireDeltaTokens);
                yield ControlJson.done(true);
            }
            case "POST lifecycle" ->
                ControlJson.done(graph.lifecycle(query.required("subscription"), event(query.required("event"))));
            case "POST subscriptions/remove" ->
                ControlJson.done(graph.removeSubscription(query.required("subscription")));
            case "GET calls" -> counts();
            default -> throw new GraphRefusal(404, "NotFound", "The emulator has no " + call + ".");
        };
    }

    private ObjectNode user(JsonNode user) {
        String id = user.path("id").asText();
        if (user.hasNonNull("mail")) {
            graph.addUser(id, user.get("mail").asText());
        }
        if (user.path("denied").asBoolean()) {
            graph.denyUser(id);
        } else {
            graph.allowUser(id);
        }
        return ControlJson.done(true);
    }

    private ObjectNode counts() {
        GraphServer.Counts counts = graph.counts();
        ObjectNode answer = ControlJson.MAPPER.createObjectNode();
        ControlJson.put(answer, "calls", counts.calls().all());
        ControlJson.put(answer, "refused", counts.refused().all());
        ControlJson.put(answer, "notifications", counts.notifications().all());
        ControlJson.put(answer, "max_concurrent", counts.limits().maxConcurrent());
        return answer;
    }

    private static LifecycleEvent event(String name) {
        for (LifecycleEvent event : LifecycleEvent.values()) {
            if (event.wireName().equals(name)) {
                return event;
            }
        }
        throw new IllegalArgumentException("no lifecycle event " + name);
    }

    private static JsonNode json(HttpExchange exchange) throws IOException, GraphRefusal {
        JsonNode json = ControlJson.MAPPER.readTree(body(exchange, GraphRequest.BODY_BYTES_MAX));
        if (!json.isObject()) {
            throw GraphRefusal.invalid("The body is no JSON object.");
        }
        return json;
    }

    private static byte[] body(HttpExchange exchange, int most) throws IOException, GraphRefusal {
        return RequestBody.read(exchange, most)
                .orElseThrow(() -> new GraphRefusal(413, "RequestEntityTooLarge", "More than " + most + " bytes."));
    }
}
