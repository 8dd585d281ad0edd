package io.waybill.sources.oauth;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * The tokens of this process: each is asked for once, however many connections want it, and kept until shortly before it expires. Safe
 * for use by many threads.
 */
public final class AccessTokens implements AutoCloseable {
    private final Secrets secrets;
    private final Clock clock;
    private final TokenExchange exchange;
    private final MicrosoftTokens microsoft;
    private final GoogleTokens google;
    private final Map<Grant, AccessToken> kept = new ConcurrentHashMap<>();
    private final Map<Grant, CompletableFuture<AccessToken>> underWay = new ConcurrentHashMap<>();

    public AccessTokens(Secrets secrets, TokenEndpoints endpoints, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
        this.exchange = new TokenExchange(clock);
        this.microsoft = new MicrosoftTokens(exchange, endpoints, clock);
        this.google = new GoogleTokens(exchange, endpoints, clock);
    }

    /**
     * A token as it was given out.
     *
     * @param kept whether it was given out earlier, so that it may have been revoked since
     */
    public record Issued(AccessToken token, boolean kept) {}

    /** The token in force, or a new one. */
    public Issued get(Grant grant) throws TokenException, InterruptedException {
        AccessToken token = kept.get(grant);
        if (isFresh(token)) {
            return new Issued(token, true);
        }
        return new Issued(await(underWay.computeIfAbsent(grant, this::begin)), false);
    }

    /** The server did not take this token: the next one to ask gets a new one. */
    public void discard(Grant grant, AccessToken refused) {
        kept.remove(grant, refused);
    }

    private boolean isFresh(AccessToken token) {
        return token != null && clock.instant().isBefore(token.renewAt());
    }

    /** On a thread of its own: whoever asked first may lose patience, and the others would lose the answer. */
    private CompletableFuture<AccessToken> begin(Grant grant) {
        CompletableFuture<AccessToken> result = new CompletableFuture<>();
        Thread.ofVirtual().name("access-token").start(() -> {
            // Who comes after the answer must not meet this request any more, so it goes first.
            try {
                // Between a look into what is kept and this request, another one may have ended.
                AccessToken last = kept.get(grant);
                AccessToken token = isFresh(last) ? last : issue(grant);
                keep(grant, token);
                underWay.remove(grant, result);
                result.complete(token);
            } catch (Throwable failed) {
                // An error too: who waits would wait for ever, and so would all who come later.
                underWay.remove(grant, result);
                result.completeExceptionally(failed);
            }
        });
        return result;
    }

    private AccessToken issue(Grant grant) throws TokenException, InterruptedException {
        return switch (grant) {
            case Grant.ClientCredentials app -> microsoft.issue(app, secret(app.clientSecret()));
            case Grant.ClientCertificate app -> microsoft.issue(app, secret(app.certificate()));
            case Grant.Delegation delegation -> google.issue(delegation, secret(delegation.serviceAccount()));
        };
    }

    private void keep(Grant grant, AccessToken token) {
        // Mailboxes come and go: what nobody renews goes with them.
        Instant now = clock.instant();
        kept.values().removeIf(old -> now.isAfter(old.renewAt()));
        kept.put(grant, token);
    }

    private Secret secret(CredentialReference reference) throws TokenException {
        return secrets.resolve(reference)
                .orElseThrow(() -> TokenException.refused("there is no credential under " + reference));
    }

    private static AccessToken await(CompletableFuture<AccessToken> result)
            throws TokenException, InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TokenException why) {
                throw why;
            }
            throw TokenException.error("no token could be asked for ("
                    + failed.getCause().getClass().getSimpleName() + ")");
        }
    }

    @Override
    public void close() {
        exchange.close();
    }
}
