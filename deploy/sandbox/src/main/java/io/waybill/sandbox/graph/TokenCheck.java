package io.waybill.sandbox.graph;

import io.waybill.sandbox.oauth.EntraApp;
import java.util.Optional;

/** Who a bearer token belongs to. */
@FunctionalInterface
public interface TokenCheck {
    /** The app; empty for a token that is unknown, expired or meant for something else. */
    Optional<EntraApp> appOf(String token);
}
