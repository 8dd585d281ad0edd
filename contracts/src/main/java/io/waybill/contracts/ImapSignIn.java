package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** How an IMAP account is signed in to. Holds references to credentials, never a credential. */
public sealed interface ImapSignIn {
    /** Where the credentials are that it needs. */
    List<CredentialReference> credentials();

    /**
     * By password: the user's own, or one that the provider gives out for an app.
     *
     * @param password where it is
     */
    record Password(CredentialReference password) implements ImapSignIn {
        public Password {
            Objects.requireNonNull(password, "password");
        }

        @Override
        public List<CredentialReference> credentials() {
            return List.of(password);
        }
    }

    /** By an access token for the user (XOAUTH2). */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "provider")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = MicrosoftApp.class, name = "microsoft"),
        @JsonSubTypes.Type(value = GoogleServiceAccount.class, name = "google")
    })
    sealed interface OAuth extends ImapSignIn {}

    /**
     * An app of Microsoft Entra with the role {@code IMAP.AccessAsApp}, signing in as itself (client credentials).
     *
     * @param tenantId the directory: its GUID, or one of its domains
     * @param clientId the app's GUID
     * @param clientSecret where its secret is
     */
    @JsonPropertyOrder({"tenantId", "clientId", "clientSecret"})
    record MicrosoftApp(String tenantId, String clientId, CredentialReference clientSecret) implements OAuth {
        /** It becomes a step of the token endpoint's path, and must not be able to be more than one. */
        private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}");

        private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9-]{1,64}");

        public MicrosoftApp {
            if (tenantId == null || !TENANT.matcher(tenantId).matches()) {
                throw new IllegalArgumentException("tenantId must be a GUID or a domain");
            }
            if (clientId == null || !CLIENT.matcher(clientId).matches()) {
                throw new IllegalArgumentException("clientId must be a GUID");
            }
            Objects.requireNonNull(clientSecret, "clientSecret");
        }

        @Override
        @JsonIgnore
        public List<CredentialReference> credentials() {
            return List.of(clientSecret);
        }
    }

    /**
     * A service account of Google with domain-wide delegation, acting for the account's user name.
     *
     * @param serviceAccount where its JSON key is
     */
    record GoogleServiceAccount(CredentialReference serviceAccount) implements OAuth {
        public GoogleServiceAccount {
            Objects.requireNonNull(serviceAccount, "serviceAccount");
        }

        @Override
        @JsonIgnore
        public List<CredentialReference> credentials() {
            return List.of(serviceAccount);
        }
    }
}
