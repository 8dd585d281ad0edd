package io.waybill.sources.oauth;

import io.waybill.contracts.CredentialReference;

/** On what ground a token is given out, and for what: tokens of equal grants are the same. */
public sealed interface Grant {
    /** What the token opens. */
    String scope();

    /**
     * An app signs in as itself (RFC 6749, 4.4), at Microsoft.
     *
     * @param tenantId the directory, one step of a path
     */
    record ClientCredentials(String tenantId, String clientId, CredentialReference clientSecret, String scope)
            implements Grant {}

    /**
     * A service account acts for a user (RFC 7523, 2.1), at Google.
     *
     * @param subject the user
     */
    record Delegation(CredentialReference serviceAccount, String subject, String scope) implements Grant {}
}
