package io.waybill.contracts;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of this installation, from which callback secrets, message-id hashes and the marks of our own mail are derived, so that none
 * of them is stored. During a rotation two are live: the first derives what we write, both verify what we read.
 */
public final class InstallKey {
    /** Where the key in force is. */
    public static final CredentialReference CURRENT = new CredentialReference("file:install.key");

    /** Where the former key is while a rotation lasts. */
    public static final CredentialReference PREVIOUS = new CredentialReference("file:install.key.previous");

    /** Below this a key can be guessed. */
    private static final int MIN_BYTES = 32;

    private static final int KEY_ID = 8;

    private final Secret secret;
    private final String keyId;

    public InstallKey(Secret secret) {
        if (secret.bytes().length < MIN_BYTES) {
            throw new IllegalArgumentException("the install key must have at least " + MIN_BYTES + " bytes");
        }
        this.secret = secret;
        this.keyId = JobId.of(derive("key-id")).value().substring(0, KEY_ID);
    }

    /** The live keys, the one in force first; empty where the installation has none. */
    public static List<InstallKey> live(Secrets secrets) {
        return Stream.of(CURRENT, PREVIOUS)
                .map(secrets::resolve)
                .flatMap(Optional::stream)
                .map(InstallKey::new)
                .toList();
    }

    /** The secret that signs the callbacks of a mailbox that names none of its own. */
    public Secret callbackSecret(Mailbox mailbox) {
        return Secret.of(derive("imap-callback", mailbox.key().toString(), mailbox.incarnation()));
    }

    /**
     * What Microsoft Graph repeats in each notification of the mailbox's subscription: which key it is from, and a proof that only we can
     * make. 61 characters; Graph takes 128.
     */
    public Secret clientState(Mailbox mailbox) {
        String mac = JobId.of(derive("graph-client-state", mailbox.key().toString(), mailbox.incarnation()))
                .value();
        return Secret.of(keyId() + "." + mac);
    }

    /** Tells the live keys apart, and nothing else: 8 characters. */
    public String keyId() {
        return keyId;
    }

    /** The keyed hash of a Message-ID within a tenant, 52 characters: finds a moved message again and tells nobody its id. */
    public String messageIdHash(String tenant, String messageId) {
        return JobId.of(derive("message-id", tenant, messageId)).value();
    }

    /** What proves a mark of {@link OwnMail}: 16 characters, which are 80 bits. */
    String ownMailMac(String mark, MailboxKey mailbox, long ticket, String nonce) {
        return JobId.of(derive("own-mail", mark, mailbox.tenant(), mailbox.mailbox(), Long.toString(ticket), nonce))
                .value()
                .substring(0, OwnMail.MAC_LENGTH);
    }

    private byte[] derive(String... fields) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.bytes(), "HmacSHA256"));
            for (String field : fields) {
                byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                mac.update(bytes);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
