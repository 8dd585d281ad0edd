package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.QueryFields;
import io.waybill.sandbox.emulator.RequestBody;
import io.waybill.sandbox.oauth.EntraApp;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as far as the calls need it.
 *
 * @param app whose token it carries
 * @param prefer the values of all Prefer headers
 */
record GraphRequest(GraphRoute route, EntraApp app, Map<String, String> query, List<String> prefer, byte[] body) {
    static final int BODY_BYTES_MAX = 1024 * 1024;

    static GraphRequest read(HttpExchange exchange, GraphRoute route, EntraApp app) throws IOException, GraphRefusal {
        byte[] body = RequestBody.read(exchange, BODY_BYTES_MAX)
                .orElseThrow(() -> new GraphRefusal(413, "RequestEntityTooLarge", "The request is too large."));
        List<String> prefer = exchange.getRequestHeaders().getOrDefault("Prefer", List.of()).stream()
                .flatMap(header -> List.of(header.split(",", -1)).stream())
                .map(String::strip)
                .toList();
        return new GraphRequest(route, app, query(exchange.getRequestURI().getRawQuery()), prefer, body);
    }

    /** The query's fields; of one that comes twice the last. */
    static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        QueryFields.of(raw).all().forEach((name, values) -> query.put(name, values.getLast()));
        return query;
    }

    boolean wantsImmutableIds() {
        return preference("IdType").filter("ImmutableId"::equals).isPresent();
    }

    /** How many items a page of delta is to have, if the client says. */
    Optional<Integer> pageSize() throws GraphRefusal {
        Optional<String> size = preference("odata.maxpagesize");
        return size.isPresent() ? Optional.of(number("odata.maxpagesize", size.get(), 1, 1_000)) : Optional.empty();
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    JsonNode json() throws GraphRefusal {
        return RequestBody.object(body).orElseThrow(() -> GraphRefusal.invalid("Unable to read JSON request payload."));
    }

    static int number(String name, String text, int least, int most) throws GraphRefusal {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw GraphRefusal.invalid("Invalid value '" + text + "' for '" + name + "'.");
        }
        return Integer.parseInt(text);
    }

    private Optional<String> preference(String name) {
        String start = name.toLowerCase(Locale.ROOT) + "=";
        return prefer.stream()
                .filter(each -> each.toLowerCase(Locale.ROOT).startsWith(start))
                .map(each -> each.substring(start.length()).replace("\"", ""))
                .findFirst();
    }
}
