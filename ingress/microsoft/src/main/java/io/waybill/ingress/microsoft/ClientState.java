package io.waybill.ingress.microsoft;

import io.micronaut.core.annotation.Nullable;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secrets;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies what Graph repeats in each notification of a subscription. It signs nothing, so this is all that tells its notifications
 * from a forger's; it is enough, for the mail itself is fetched from Graph.
 */
@Singleton
final class ClientState {
    private static final Logger LOG = LoggerFactory.getLogger(ClientState.class);

    private final Secrets secrets;

    ClientState(Secrets secrets) {
        this.secrets = secrets;
    }

    /** What proves that a notification is of the mailbox's subscription; both keys count while a rotation lasts. */
    Proof of(Mailbox mailbox) {
        try {
            return new Proof(InstallKey.live(secrets).stream()
                    .map(key -> key.clientState(mailbox).bytes())
                    .toList());
        } catch (IllegalArgumentException tooShort) {
            LOG.atError().log("install_key_unusable");
            return new Proof(List.of());
        }
    }

    /** The values that are accepted for one mailbox. */
    static final class Proof {
        private final List<byte[]> live;

        private Proof(List<byte[]> live) {
            this.live = live;
        }

        /** Whether there is any; without one nothing is accepted. */
        boolean exists() {
            return !live.isEmpty();
        }

        /** Compares with each, in constant time. */
        boolean accepts(@Nullable String clientState) {
            if (clientState == null) {
                return false;
            }
            byte[] given = clientState.getBytes(StandardCharsets.UTF_8);
            boolean matched = false;
            for (byte[] expected : live) {
                matched |= MessageDigest.isEqual(expected, given);
            }
            return matched;
        }
    }
}
