package io.waybill.sandbox.emulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** What the emulators answer to those who make them behave well or badly. */
public final class ControlJson {
    /** Durations are milliseconds. */
    public static final ObjectMapper MAPPER = new ObjectMapper().registerModule(new DurationModule());

    public static void write(HttpExchange exchange, ObjectNode answer) throws IOException {
        byte[] body = MAPPER.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    /** @param found whether there was something to do it to */
    public static ObjectNode done(boolean found) {
        return MAPPER.createObjectNode().put("done", found);
    }

    public static ObjectNode done(Runnable action) {
        action.run();
        return done(true);
    }

    /** An object of counts within the answer; constants are in lower case. */
    public static void put(ObjectNode answer, String name, Map<?, ? extends Number> counts) {
        ObjectNode object = answer.putObject(name);
        counts.forEach((what, count) -> object.put(word(what), count.longValue()));
    }

    private static String word(Object what) {
        return what instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : what.toString();
    }

    private ControlJson() {}
}
