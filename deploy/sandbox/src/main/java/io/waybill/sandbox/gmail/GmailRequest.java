package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.QueryFields;
import io.waybill.sandbox.emulator.RequestBody;
import io.waybill.sandbox.oauth.GoogleGrant;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A request as far as the calls need it.
 *
 * @param grant whom its token is for
 */
record GmailRequest(GmailRoute route, GoogleGrant grant, QueryFields query, byte[] body) {
    static final int BODY_BYTES_MAX = 1024 * 1024;
    private static final int PAGE = 100;
    private static final int PAGE_MAX = 500;

    static GmailRequest read(HttpExchange exchange, GmailRoute route, GoogleGrant grant)
            throws IOException, GmailRefusal {
        byte[] body = RequestBody.read(exchange, BODY_BYTES_MAX)
                .orElseThrow(() ->
                        GmailRefusal.invalid("Request payload size exceeds the limit: " + BODY_BYTES_MAX + " bytes."));
        return new GmailRequest(
                route, grant, QueryFields.of(exchange.getRequestURI().getRawQuery()), body);
    }

    Optional<String> parameter(String name) {
        return query.last(name);
    }

    List<String> parameters(String name) {
        return query.values(name);
    }

    /** How many items a page is to have: 100 if the client does not say, 500 if it says more. */
    int maxResults() throws GmailRefusal {
        String text = parameter("maxResults").orElse(Integer.toString(PAGE));
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) == 0) {
            throw GmailRefusal.invalid("Invalid value at 'max_results': \"" + text + "\"");
        }
        return Math.min(PAGE_MAX, Integer.parseInt(text));
    }

    JsonNode json() throws GmailRefusal {
        return RequestBody.object(body).orElseThrow(() -> GmailRefusal.invalid("Invalid JSON payload received."));
    }
}
