package io.waybill.sources.oauth;

import io.waybill.contracts.Secret;
import java.net.URI;
import java.time.Clock;
import java.util.Map;

/** Tokens of Microsoft's identity platform, for an app that signs in as itself. */
record MicrosoftTokens(TokenExchange exchange, TokenEndpoints endpoints, Clock clock) {
    private static final String WHOSE = "Microsoft";

    AccessToken issue(Grant.ClientCredentials grant, Secret clientSecret) throws TokenException, InterruptedException {
        return exchange.post(
                WHOSE,
                endpoints.microsoft(grant.cloud(), grant.tenantId()),
                Map.of(
                        "grant_type", "client_credentials",
                        "client_id", grant.clientId(),
                        "client_secret", clientSecret.text(),
                        "scope", grant.scope()));
    }

    AccessToken issue(Grant.ClientCertificate grant, Secret certificate) throws TokenException, InterruptedException {
        ClientCertificateKey key = ClientCertificateKey.parse(certificate)
                .orElseThrow(() -> TokenException.refused(
                        grant.certificate() + " is not a certificate and its private key of RSA, in PEM"));
        URI endpoint = endpoints.microsoft(grant.cloud(), grant.tenantId());
        return exchange.post(
                WHOSE,
                endpoint,
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        grant.clientId(),
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        key.assertion(endpoint.toString(), grant.clientId(), clock.instant()),
                        "scope",
                        grant.scope()));
    }
}
