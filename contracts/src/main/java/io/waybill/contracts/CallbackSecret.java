package io.waybill.contracts;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The keys that sign a mailbox's callbacks (Standard Webhooks, HMAC-SHA256), as raw bytes: what {@code new Webhook(byte[])} takes.
 * A signer uses the first, a verifier accepts each.
 *
 * <p>A mailbox that names no secret of its own has one derived from each live install key, 32 bytes. An operator's text is read as
 * every Standard Webhooks library reads it: base64, with {@code whsec_} before it or without; a text that is not base64 stands for
 * its own UTF-8 bytes, but never one with {@code whsec_}, which is mistyped.
 */
public final class CallbackSecret {
    private static final String PREFIX = "whsec_";

    private CallbackSecret() {}

    /** The live keys, the one that signs first. Empty where there is none: then nothing may be signed, and nothing accepted. */
    public static List<Secret> of(Mailbox mailbox, Secrets secrets) {
        return switch (mailbox.source()) {
            case ImapAccount imap
            when imap.callbackSecret() != null ->
                secrets.resolve(imap.callbackSecret()).flatMap(CallbackSecret::key).stream()
                        .toList();
            case ImapAccount _ ->
                InstallKey.live(secrets).stream()
                        .map(install -> install.callbackSecret(mailbox))
                        .toList();
            // Graph signs nothing; what stands for it is InstallKey.clientState.
            case MicrosoftAccount _ -> List.of();
            // Pub/Sub has its pushes signed by Google.
            case GoogleAccount _ -> List.of();
        };
    }

    /** The key that a text stands for; empty where it stands for none. */
    static Optional<Secret> key(Secret written) {
        String text = written.text().strip();
        boolean prefixed = text.startsWith(PREFIX);
        byte[] key;
        try {
            key = Base64.getDecoder().decode(prefixed ? text.substring(PREFIX.length()) : text);
        } catch (IllegalArgumentException notBase64) {
            key = prefixed ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        }
        return key.length == 0 ? Optional.empty() : Optional.of(Secret.of(key));
    }
}
