package io.waybill.sandbox.gmail;

import io.waybill.sandbox.oauth.GoogleGrant;
import java.util.Optional;

/** Whom an access token is for. */
@FunctionalInterface
public interface GrantCheck {
    /** Empty for a token that is unknown or expired. */
    Optional<GoogleGrant> grantOf(String token);
}
