package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * An account on an IMAP server. In JSON the sign-in is the field {@code password} or the field {@code oauth}, exactly one of them.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param tls how the connection is secured
 * @param username the login; with OAuth the user whose mail is read
 * @param signIn how to sign in
 * @param folders at least one; {@code INBOX} by default
 * @param callbackSecret where the secret is that signs this mailbox's callbacks; null: derived from the install key
 */
@JsonPropertyOrder({"host", "port", "tls", "username", "password", "oauth", "folders", "callbackSecret"})
public record ImapAccount(
        String host,
        int port,
        Tls tls,
        String username,
        @JsonIgnore ImapSignIn signIn,
        List<String> folders,
        CredentialReference callbackSecret)
        implements MailboxSource {
    /** How a connection is secured. */
    public enum Tls {
        /** Not at all: to loopback, or where the operator allowed it in so many words. */
        NONE,
        /** Upgraded after the greeting; refused where the server does not offer it. */
        STARTTLS,
        /** From the first byte. */
        TLS;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ImapAccount {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(signIn, "signIn");
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port must be 1 to 65535");
        }
        folders = folders == null || folders.isEmpty()
                ? List.of("INBOX")
                : folders.stream().map(ImapPointer::folderName).distinct().toList();
    }

    /** An account that is signed in to by password. */
    public ImapAccount(
            String host,
            int port,
            Tls tls,
            String username,
            CredentialReference password,
            List<String> folders,
            CredentialReference callbackSecret) {
        this(host, port, tls, username, new ImapSignIn.Password(password), folders, callbackSecret);
    }

    @JsonCreator
    static ImapAccount of(
            @JsonProperty("host") String host,
            @JsonProperty("port") int port,
            @JsonProperty("tls") Tls tls,
            @JsonProperty("username") String username,
            @JsonProperty("password") CredentialReference password,
            @JsonProperty("oauth") ImapSignIn.OAuth oauth,
            @JsonProperty("folders") List<String> folders,
            @JsonProperty("callbackSecret") CredentialReference callbackSecret) {
        if ((password == null) == (oauth == null)) {
            throw new IllegalArgumentException("exactly one of password and oauth");
        }
        ImapSignIn signIn = oauth == null ? new ImapSignIn.Password(password) : oauth;
        return new ImapAccount(host, port, tls, username, signIn, folders, callbackSecret);
    }

    @JsonProperty("password")
    private CredentialReference passwordField() {
        return switch (signIn) {
            case ImapSignIn.Password byPassword -> byPassword.password();
            case ImapSignIn.OAuth _ -> null;
        };
    }

    @JsonProperty("oauth")
    private ImapSignIn.OAuth oauthField() {
        return switch (signIn) {
            case ImapSignIn.Password _ -> null;
            case ImapSignIn.OAuth oauth -> oauth;
        };
    }

    @Override
    public Provider provider() {
        return Provider.IMAP;
    }
}
