package io.waybill.sandbox.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.DurationModule;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

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
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new DurationModule());

    private final GraphServer graph;

    EmulatorCalls(GraphServer graph) {
        this.graph = graph;
    }

    void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/emulator/".length());
            Map<String, String> query =
                    GraphRequest.query(exchange.getRequestURI().getRawQuery());
            try {
                ObjectNode answer = answer(exchange.getRequestMethod() + " " + path, query, exchange);
                byte[] body = JSON.writeValueAsBytes(answer);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } catch (GraphRefusal refusal) {
                ReplyWriter.refuse(exchange, refusal.answer());
            } catch (IllegalArgumentException | JsonProcessingException wrong) {
                ReplyWriter.refuse(exchange, new GraphAnswer(400, "BadRequest", wrong.getMessage(), null));
            }
        }
    }

    private ObjectNode answer(String call, Map<String, String> query, HttpExchange exchange)
            throws IOException, GraphRefusal {
        return switch (call) {
            case "POST users" -> user(json(exchange));
            case "POST users/remove" -> {
                graph.removeUser(required(query, "user"));
                yield done(true);
            }
            case "POST messages" ->
                JSON.createObjectNode()
                        .put(
                                "id",
                                graph.deliver(
                                        required(query, "user"),
                                        query.getOrDefault("folder", GraphMailbox.INBOX),
                                        body(exchange, MIME_BYTES_MAX)));
            case "POST messages/move" ->
                done(graph.move(required(query, "user"), required(query, "id"), required(query, "folder")));
            case "POST messages/delete" -> done(graph.delete(required(query, "user"), required(query, "id")));
            case "POST faults" -> {
                ObjectNode faults = JSON.valueToTree(graph.faults());
                faults.setAll((ObjectNode) json(exchange));
                graph.faults(JSON.treeToValue(faults, GraphFaults.class));
                yield JSON.valueToTree(graph.faults());
            }
            case "GET faults" -> JSON.valueToTree(graph.faults());
            case "POST heal" -> {
                graph.heal();
                yield done(true);
            }
            case "POST clock" -> {
                graph.advance(Duration.ofSeconds(GraphRequest.number(
                        "advance_seconds", required(query, "advance_seconds"), 0, Integer.MAX_VALUE)));
                yield done(true);
            }
            case "POST delta/expire" -> {
                if (query.containsKey("user")) {
                    graph.expireDeltaTokens(query.get("user"));
                } else {
                    graph.expireDeltaTokens();
                }
                yield done(true);
            }
            case "POST lifecycle" ->
                done(graph.lifecycle(required(query, "subscription"), event(required(query, "event"))));
            case "POST subscriptions/remove" -> done(graph.removeSubscription(required(query, "subscription")));
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
        return done(true);
    }

    private ObjectNode counts() {
        GraphServer.Counts counts = graph.counts();
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode calls = answer.putObject("calls");
        counts.calls().all().forEach((call, count) -> calls.put(lower(call), count));
        ObjectNode refused = answer.putObject("refused");
        counts.refused().all().forEach((status, count) -> refused.put(status.toString(), count));
        ObjectNode notifications = answer.putObject("notifications");
        counts.notifications().all().forEach((fate, count) -> notifications.put(lower(fate), count));
        ObjectNode concurrent = answer.putObject("max_concurrent");
        counts.limits().maxConcurrent().forEach(concurrent::put);
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

    private static ObjectNode done(boolean found) {
        return JSON.createObjectNode().put("done", found);
    }

    private static String required(Map<String, String> query, String name) {
        String value = query.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the query lacks " + name);
        }
        return value;
    }

    private static JsonNode json(HttpExchange exchange) throws IOException, GraphRefusal {
        JsonNode json = JSON.readTree(body(exchange, GraphRequest.BODY_BYTES_MAX));
        if (!json.isObject()) {
            throw GraphRefusal.invalid("The body is no JSON object.");
        }
        return json;
    }

    private static byte[] body(HttpExchange exchange, int most) throws IOException, GraphRefusal {
        byte[] body = exchange.getRequestBody().readNBytes(most + 1);
        if (body.length > most) {
            throw new GraphRefusal(413, "RequestEntityTooLarge", "More than " + most + " bytes.");
        }
        return body;
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
