package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * An account on an IMAP server.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param tls how the connection is secured
 * @param username the login
 * @param password where the password is
 * @param folders at least one; {@code INBOX} by default
 * @param callbackSecret where the secret is that signs this mailbox's callbacks; null: derived from the install key
 */
@JsonPropertyOrder({"host", "port", "tls", "username", "password", "folders", "callbackSecret"})
public record ImapAccount(
        String host,
        int port,
        Tls tls,
        String username,
        CredentialReference password,
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
        Objects.requireNonNull(password, "password");
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port must be 1 to 65535");
        }
        folders = folders == null || folders.isEmpty()
                ? List.of("INBOX")
                : folders.stream().map(ImapPointer::folderName).distinct().toList();
    }

    @Override
    public Provider provider() {
        return Provider.IMAP;
    }
}
