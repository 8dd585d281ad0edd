package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A mailbox in Microsoft 365, read through Microsoft Graph by an app of Microsoft Entra that signs in as itself (client credentials) and
 * has the permission {@code Mail.Read}. In JSON the sign-in is the field {@code clientSecret}, the field {@code certificate} or neither.
 *
 * @param tenantId the directory's GUID, in lower case: what notifications name, which is why a domain does not do
 * @param clientId the app's GUID
 * @param signIn how the app signs in
 * @param userId the mailbox's object id or user principal name
 * @param folder a well-known name, such as {@code inbox}, or the id of a folder
 * @param cloud which of Microsoft's clouds has it
 */
@JsonPropertyOrder({"tenantId", "clientId", "clientSecret", "certificate", "userId", "folder", "cloud"})
public record MicrosoftAccount(
        String tenantId, String clientId, @JsonIgnore SignIn signIn, String userId, String folder, Cloud cloud)
        implements MailboxSource {
    /** The folder that new mail comes into. */
    public static final String INBOX = "inbox";

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** It becomes one step of a path, percent-encoded. */
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9!#$%&'*+=?^_`{|}~.@-]{1,320}");

    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_=+-]{1,255}");

    /** Microsoft's clouds, each with addresses of its own. */
    public enum Cloud {
        GLOBAL,
        /** For the government of the United States. */
        USGOV,
        /** In China, operated by 21Vianet. */
        CHINA;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the app shows that it is the app. */
    public sealed interface SignIn {
        /** Where the credentials are that it needs. */
        List<CredentialReference> credentials();
    }

    /** A credential of the app's, which the mailbox names. */
    public sealed interface Credential extends SignIn {
        /** Where it is. */
        CredentialReference reference();

        @Override
        default List<CredentialReference> credentials() {
            return List.of(reference());
        }
    }

    /** @param reference where the app's secret is */
    public record ClientSecret(CredentialReference reference) implements Credential {
        public ClientSecret {
            Objects.requireNonNull(reference, "reference");
        }
    }

    /** @param reference where the certificate and its private key are, both in PEM */
    public record Certificate(CredentialReference reference) implements Credential {
        public Certificate {
            Objects.requireNonNull(reference, "reference");
        }
    }

    /** The app is the operator's, who has its credential in the processor's own configuration, and says who may use it. */
    public record SharedApp() implements SignIn {
        @Override
        public List<CredentialReference> credentials() {
            return List.of();
        }
    }

    public MicrosoftAccount {
        tenantId = guid("tenantId", tenantId);
        clientId = guid("clientId", clientId);
        Objects.requireNonNull(signIn, "signIn");
        if (userId == null || !USER.matcher(userId).matches()) {
            throw new IllegalArgumentException("userId must be an object id or a user principal name");
        }
        folder = folder == null ? INBOX : folder;
        if (!FOLDER.matcher(folder).matches()) {
            throw new IllegalArgumentException("folder must be a well-known name or the id of a folder");
        }
        cloud = cloud == null ? Cloud.GLOBAL : cloud;
    }

    private static String guid(String name, String value) {
        String lower = value == null ? "" : value.toLowerCase(Locale.ROOT);
        if (!GUID.matcher(lower).matches()) {
            throw new IllegalArgumentException(name + " must be a GUID");
        }
        return lower;
    }

    /**
     * With the sign-in as it is written.
     *
     * @param clientSecret null for none
     * @param certificate null for none; with neither the app is the operator's
     * @param folder null for the inbox
     * @param cloud null for the global one
     * @throws IllegalArgumentException if one of them cannot be, or both credentials are there
     */
    @JsonCreator
    public static MicrosoftAccount of(
            @JsonProperty("tenantId") String tenantId,
            @JsonProperty("clientId") String clientId,
            @JsonProperty("clientSecret") CredentialReference clientSecret,
            @JsonProperty("certificate") CredentialReference certificate,
            @JsonProperty("userId") String userId,
            @JsonProperty("folder") String folder,
            @JsonProperty("cloud") Cloud cloud) {
        if (clientSecret != null && certificate != null) {
            throw new IllegalArgumentException("clientSecret or certificate, not both");
        }
        SignIn signIn = clientSecret != null
                ? new ClientSecret(clientSecret)
                : certificate != null ? new Certificate(certificate) : new SharedApp();
        return new MicrosoftAccount(tenantId, clientId, signIn, userId, folder, cloud);
    }

    @JsonProperty("clientSecret")
    private CredentialReference clientSecretField() {
        return switch (signIn) {
            case ClientSecret secret -> secret.reference();
            case Certificate _, SharedApp _ -> null;
        };
    }

    @JsonProperty("certificate")
    private CredentialReference certificateField() {
        return switch (signIn) {
            case Certificate certificate -> certificate.reference();
            case ClientSecret _, SharedApp _ -> null;
        };
    }

    @Override
    public Provider provider() {
        return Provider.MICROSOFT;
    }

    /** Its one folder, as a {@link ChangesPointer} names it: the inbox in capital letters. */
    @Override
    @JsonIgnore
    public List<String> folders() {
        return List.of(ImapPointer.folderName(folder));
    }
}
