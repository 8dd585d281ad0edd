package io.waybill.ingress.microsoft;

import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.Nullable;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.InstallKeys;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secrets;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final InstallKeys keys;
    private final AtomicBoolean missing = new AtomicBoolean();

    /**
     * @param keep how long the install keys are used before they are looked up again: for a request, finding and reading two files would
     *     be much of its work
     */
    ClientState(Secrets secrets, @Value("${waybill.ingress.keep-install-key:1s}") Duration keep) {
        this.secrets = secrets;
        this.keys = new InstallKeys(this::read, keep);
    }

    /**
     * What proves that a notification is of the mailbox's subscription; both keys count while a rotation lasts. Empty where there is no
     * usable key: then nobody knows.
     */
    Optional<Proof> of(Mailbox mailbox) {
        List<InstallKey> live = keys.live();
        return live.isEmpty()
                ? Optional.empty()
                : Optional.of(new Proof(live.stream()
                        .map(key -> key.clientState(mailbox).bytes())
                        .toList()));
    }

    private List<InstallKey> read() {
        try {
            List<InstallKey> live = InstallKey.live(secrets);
            if (live.isEmpty()) {
                tellMissing("absent");
            } else if (missing.getAndSet(false)) {
                LOG.atInfo().log("install_key_found");
            }
            return live;
        } catch (IllegalArgumentException tooShort) {
            tellMissing("too-short");
            return List.of();
        }
    }

    /** Once, until there is one again: every request asks. */
    private void tellMissing(String reason) {
        if (!missing.getAndSet(true)) {
            LOG.atError().addKeyValue("reason", reason).log("install_key_missing");
        }
    }

    /** The values that are accepted for one mailbox. */
    static final class Proof {
        private final List<byte[]> live;

        private Proof(List<byte[]> live) {
            this.live = live;
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
