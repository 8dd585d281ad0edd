package io.waybill.sources.oauth;

import io.waybill.contracts.Secret;
import java.time.Instant;
import java.util.Optional;

/**
 * A token.
 *
 * @param value what is shown to the server
 * @param renewAt from then on a new one is asked for: before it expires, since clocks differ and a session begins later than its token
 * @param project whose quota is spent with it; empty where its provider knows no projects
 */
public record AccessToken(Secret value, Instant renewAt, Optional<String> project) {
    AccessToken of(String spender) {
        return new AccessToken(value, renewAt, Optional.of(spender));
    }
}
