package io.waybill.sources.oauth;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.MicrosoftAccount;

/** On what ground a token is given out, and for what: tokens of equal grants are the same. */
public sealed interface Grant {
    /** What the token opens. */
    String scope();

    /**
     * An app signs in as itself (RFC 6749, 4.4), at Microsoft.
     *
     * @param cloud which of Microsoft's clouds has the directory
     * @param tenantId the directory, one step of a path
     */
    record ClientCredentials(
            MicrosoftAccount.Cloud cloud,
            String tenantId,
            String clientId,
            CredentialReference clientSecret,
            String scope)
            implements Grant {}

    /**
     * The same with a statement that the app signed (RFC 7523, 2.2) in place of its secret.
     *
     * @param certificate where the certificate and its private key are, in PEM
     */
    record ClientCertificate(
            MicrosoftAccount.Cloud cloud,
            String tenantId,
            String clientId,
            CredentialReference certificate,
            String scope)
            implements Grant {}

    /**
     * A service account acts for a user (RFC 7523, 2.1), at Google.
     *
     * @param subject the user
     */
    record Delegation(CredentialReference serviceAccount, String subject, String scope) implements Grant {}
}
