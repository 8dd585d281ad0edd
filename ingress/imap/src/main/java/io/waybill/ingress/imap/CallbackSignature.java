package io.waybill.ingress.imap;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.micronaut.http.HttpHeaders;
import io.waybill.contracts.CallbackSecret;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies Standard Webhooks signatures: HMAC-SHA256 over {@code id.timestamp.body}, compared in constant time, at most 5 minutes
 * old and at most 5 minutes ahead. Whether a routing id is unknown, a secret is missing or a signature is wrong, the work is the same.
 */
@Singleton
final class CallbackSignature {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackSignature.class);
    private static final List<String> HEADERS = List.of(
            Webhook.UNBRANDED_MSG_ID_KEY, Webhook.UNBRANDED_MSG_TIMESTAMP_KEY, Webhook.UNBRANDED_MSG_SIGNATURE_KEY);

    /** Stands in for the mailbox that an unknown routing id does not name. */
    private static final Mailbox NOBODY = new Mailbox(
            "nobody",
            "nobody",
            "",
            "nobody",
            null,
            "nobody",
            Instant.EPOCH,
            List.of(),
            null,
            new ImapAccount(
                    "localhost",
                    143,
                    ImapAccount.Tls.NONE,
                    "nobody",
                    new CredentialReference("file:nobody"),
                    null,
                    null),
            false);

    private static final Secret NO_KEY = Secret.of(new byte[32]);

    private final Secrets secrets;

    CallbackSignature(Secrets secrets) {
        this.secrets = secrets;
    }

    /** Whether one of the mailbox's live keys signed the body. Nobody's never did. */
    boolean isValid(Optional<Mailbox> mailbox, HttpHeaders headers, String body) {
        List<Secret> live = live(mailbox.orElse(NOBODY));
        Map<String, List<String>> signed = signed(headers);
        boolean matched = false;
        for (Secret key : live.isEmpty() ? List.of(NO_KEY) : live) {
            matched |= matches(key, signed, body);
        }
        return matched && mailbox.isPresent() && !live.isEmpty();
    }

    private List<Secret> live(Mailbox mailbox) {
        try {
            return CallbackSecret.of(mailbox, secrets);
        } catch (IllegalArgumentException tooShort) {
            LOG.atError().log("install_key_unusable");
            return List.of();
        }
    }

    private static boolean matches(Secret key, Map<String, List<String>> headers, String body) {
        try {
            new Webhook(key.bytes()).verify(body, headers);
            return true;
        } catch (WebhookVerificationException | EmptyWebhookSecretException refused) {
            return false;
        }
    }

    /** A header that is given twice counts as missing: two readers might each take another one. */
    private static Map<String, List<String>> signed(HttpHeaders headers) {
        Map<String, List<String>> signed = new HashMap<>();
        HEADERS.forEach(name -> {
            List<String> values = headers.getAll(name);
            if (values.size() == 1) {
                signed.put(name, values);
            }
        });
        return signed;
    }
}
