package io.waybill.sources.oauth;

import io.waybill.contracts.Secret;
import java.time.Instant;

/**
 * A token.
 *
 * @param value what is shown to the server
 * @param renewAt from then on a new one is asked for: before it expires, since clocks differ and a session begins later than its token
 */
public record AccessToken(Secret value, Instant renewAt) {}
