package io.waybill.ingress.google;

import com.nimbusds.jose.JWSVerifier;
import io.waybill.ingress.google.PushCounters.KeysAsked;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that Google signs its tokens with, as a JSON web key set has them. Asked for when somebody needs them, by one at a
 * time, and kept for as long as the answer allows. A key that is known works on while Google's address is away.
 */
final class GoogleKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GoogleKeys.class);

    /** Of one request, so that half of its two seconds is left for the brokers; the asking itself goes on. */
    static final Duration WAIT = Duration.ofSeconds(1);

    /** From one asking to the next, however many tokens name a key that is not there. */
    static final Duration PAUSE = Duration.ofMinutes(1);

    /** The same while there is no key at all, and so no push can be taken. */
    static final Duration PAUSE_WITHOUT_KEYS = Duration.ofSeconds(10);

    /** Google's answer has 1 KiB. */
    static final int MAX_ANSWER = 256 * 1024;

    private static final Duration CONNECT = Duration.ofSeconds(2);

    /** From the request to the last byte: HttpClient's own timeout ends with the headers. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final HttpRequest request;
    private final Clock clock;
    private final PushCounters counters;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private volatile KeySet keys = KeySet.NONE;
    /** Whether the last asking failed. */
    private volatile boolean away;
    /** The asking that goes on, or the last one. */
    private CompletableFuture<Void> asking = CompletableFuture.completedFuture(null);

    private Instant askAgainAt = Instant.MIN;

    /** @throws IllegalArgumentException where the address is neither https nor this machine */
    GoogleKeys(URI address, Clock clock, PushCounters counters) {
        boolean loopback = "http".equals(address.getScheme()) && "127.0.0.1".equals(address.getHost());
        if (!"https".equals(address.getScheme()) && !loopback) {
            throw new IllegalArgumentException("waybill.google.jwks-url must be https: who answers there is believed");
        }
        this.request = HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .build();
        this.clock = clock;
        this.counters = counters;
    }

    /** What was found for a key's id. */
    sealed interface Found {
        /** A key of Google's. */
        record Key(JWSVerifier verifier) implements Found {}

        /** Google has no such key. */
        record None() implements Found {}

        /** Google could not be asked, or has not answered yet. */
        record Unreachable() implements Found {}
    }

    /** Waits for Google where that may help, for {@link #WAIT} at most. */
    Found find(String kid) {
        Instant now = clock.instant();
        KeySet set = keys;
        Optional<JWSVerifier> known = set.find(kid, now);
        if (known.isPresent() && set.isFresh(now)) {
            return new Found.Key(known.get());
        }
        CompletableFuture<Void> asked = ask(now);
        if (known.isPresent() && away) {
            // Nobody waits for what has just failed, if it works without.
            return new Found.Key(known.get());
        }
        boolean answered = isDoneInTime(asked);
        return keys.find(kid, now)
                .<Found>map(Found.Key::new)
                .orElseGet(() -> answered && !away ? new Found.None() : new Found.Unreachable());
    }

    private synchronized CompletableFuture<Void> ask(Instant now) {
        if (asking.isDone() && !now.isBefore(askAgainAt)) {
            askAgainAt = now.plus(PAUSE);
            asking = CompletableFuture.runAsync(
                    () -> refresh(now), Thread.ofVirtual().name("google-keys")::start);
        }
        return asking;
    }

    private void refresh(Instant now) {
        try {
            keys = KeySet.of(get(), now);
            away = false;
            counters.keysAsked(KeysAsked.READ);
        } catch (IOException | InterruptedException failed) {
            fail(now, failed);
        }
    }

    private synchronized void fail(Instant now, Exception failure) {
        if (keys.isEmpty(now)) {
            askAgainAt = now.plus(PAUSE_WITHOUT_KEYS);
        }
        away = true;
        counters.keysAsked(KeysAsked.UNREACHABLE);
        LOG.atWarn()
                .addKeyValue("cause", failure.getClass().getSimpleName())
                .addKeyValue("detail", failure.getMessage())
                .log("google_keys_unreachable");
    }

    private HttpResponse<byte[]> get() throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
        try {
            return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer in time", late);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause().getClass().getSimpleName(), failed);
        } finally {
            answer.cancel(true);
        }
    }

    private static boolean isDoneInTime(CompletableFuture<Void> asked) {
        try {
            asked.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException late) {
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
