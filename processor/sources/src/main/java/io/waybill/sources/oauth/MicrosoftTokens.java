package io.waybill.sources.oauth;

import io.waybill.contracts.Secret;
import java.net.URI;
import java.util.Map;

/** Tokens of Microsoft's identity platform, for an app that signs in as itself. */
record MicrosoftTokens(TokenExchange exchange, TokenEndpoints endpoints) {
    AccessToken issue(Grant.ClientCredentials grant, Secret clientSecret) throws TokenException, InterruptedException {
        URI endpoint = endpoints.microsoft(grant.tenantId());
        return exchange.post(
                "Microsoft",
                endpoint,
                Map.of(
                        "grant_type", "client_credentials",
                        "client_id", grant.clientId(),
                        "client_secret", clientSecret.text(),
                        "scope", grant.scope()));
    }
}
