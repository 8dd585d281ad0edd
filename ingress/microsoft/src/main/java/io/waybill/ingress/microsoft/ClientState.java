package io.waybill.ingress.microsoft;

import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.Nullable;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secrets;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
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
    private final long keepNanos;
    private volatile Keys keys = new Keys(List.of(), OptionalLong.empty());

    /**
     * @param keep how long the install keys are used before they are looked up again: for a request, finding and reading two files would
     *     be much of its work
     */
    ClientState(Secrets secrets, @Value("${waybill.ingress.keep-install-key:1s}") Duration keep) {
        this.secrets = secrets;
        this.keepNanos = keep.toNanos();
    }

    private record Keys(List<InstallKey> live, OptionalLong readAt) {}

    /** What proves that a notification is of the mailbox's subscription; both keys count while a rotation lasts. */
    Proof of(Mailbox mailbox) {
        return new Proof(
                live().stream().map(key -> key.clientState(mailbox).bytes()).toList());
    }

    /** Several threads may read them at the same time: each reads the same. */
    private List<InstallKey> live() {
        long now = System.nanoTime();
        Keys known = keys;
        if (known.readAt().isPresent() && now - known.readAt().getAsLong() < keepNanos) {
            return known.live();
        }
        List<InstallKey> live = read();
        keys = new Keys(live, OptionalLong.of(now));
        return live;
    }

    private List<InstallKey> read() {
        try {
            return InstallKey.live(secrets);
        } catch (IllegalArgumentException tooShort) {
            LOG.atError().log("install_key_unusable");
            return List.of();
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
