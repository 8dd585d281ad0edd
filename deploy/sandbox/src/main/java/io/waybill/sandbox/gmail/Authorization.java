package io.waybill.sandbox.gmail;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.QueryFields;
import io.waybill.sandbox.oauth.GoogleGrant;
import java.util.Optional;
import java.util.Set;

/** Whose mailbox a token opens, and how far. */
record Authorization(GrantCheck tokens) {
    private static final String METADATA = "https://www.googleapis.com/auth/gmail.metadata";
    private static final Set<String> READING =
            Set.of("https://mail.google.com/", "https://www.googleapis.com/auth/gmail.modify", GmailServer.SCOPE);
    private static final Set<String> WITHOUT_CONTENT = Set.of("metadata", "minimal");

    GoogleGrant check(HttpExchange exchange, GmailRoute route) throws GmailRefusal {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        GoogleGrant grant = header.startsWith("Bearer ")
                ? tokens.grantOf(header.substring("Bearer ".length()).strip())
                        .orElseThrow(() -> new GmailRefusal(GmailAnswer.authError()))
                : refuse(GmailAnswer.authError());
        String user = route.name("user");
        if (!user.equals("me") && !user.equalsIgnoreCase(grant.subject())) {
            return refuse(GmailAnswer.forbidden("forbidden", "Delegation denied for " + grant.subject()));
        }
        if (grant.scopes().stream().noneMatch(READING::contains)) {
            requireMetadata(
                    grant, route.call(), QueryFields.of(exchange.getRequestURI().getRawQuery()));
        }
        return grant;
    }

    private static void requireMetadata(GoogleGrant grant, GmailCall call, QueryFields query) throws GmailRefusal {
        if (!grant.scopes().contains(METADATA)) {
            throw new GmailRefusal(GmailAnswer.forbidden(
                    "insufficientPermissions", "Request had insufficient authentication scopes."));
        }
        String format = query.last("format").orElse("full");
        if (call == GmailCall.GET_MESSAGE && !WITHOUT_CONTENT.contains(format)) {
            throw new GmailRefusal(GmailAnswer.forbidden("forbidden", "Metadata scope doesn't allow format " + format));
        }
        if (call == GmailCall.LIST_MESSAGES && query.last("q").isPresent()) {
            throw new GmailRefusal(GmailAnswer.forbidden("forbidden", "Metadata scope does not support 'q' parameter"));
        }
    }

    private static GoogleGrant refuse(GmailAnswer answer) throws GmailRefusal {
        throw new GmailRefusal(answer);
    }
}
