package io.waybill.sources.oauth;

import io.waybill.contracts.Secret;
import java.time.Clock;
import java.util.Map;

/** Tokens of Google, for a service account that acts for a user of its organisation. */
record GoogleTokens(TokenExchange exchange, TokenEndpoints endpoints, Clock clock) {
    /** The audience that Google wants, wherever the request is sent. */
    private static final String AUDIENCE = "https://oauth2.googleapis.com/token";

    AccessToken issue(Grant.Delegation grant, Secret key) throws TokenException, InterruptedException {
        ServiceAccountKey account = ServiceAccountKey.parse(key)
                .orElseThrow(() -> TokenException.refused(
                        grant.serviceAccount() + " is not the JSON key of a Google service account"));
        String assertion = account.assertion(AUDIENCE, grant.subject(), grant.scope(), clock.instant());
        return exchange.post(
                        "Google",
                        endpoints.googleToken(),
                        Map.of("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", assertion))
                .of(account.project());
    }
}
