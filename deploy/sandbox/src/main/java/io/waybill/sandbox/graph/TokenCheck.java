package io.waybill.sandbox.graph;

import java.util.Optional;

/** Who a bearer token belongs to. */
@FunctionalInterface
public interface TokenCheck {
    /** The client id of the app; empty for a token that is unknown, expired or meant for something else. */
    Optional<String> appOf(String token);
}
