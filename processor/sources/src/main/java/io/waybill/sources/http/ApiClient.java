package io.waybill.sources.http;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import io.waybill.sources.http.ApiException.Kind;
import io.waybill.sources.oauth.AccessToken;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.Grant;
import io.waybill.sources.oauth.TokenException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Calls to a provider, each for one mailbox and with its token: one after the other where the mailbox has no turn left, none while the
 * provider wants us to wait, and once more with a new token where it does not take one that was kept. Blocks; interrupting the thread
 * ends the call.
 */
public final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(15);

    /** A pause that is shorter is waited for: it costs no attempt, and holds up this mailbox alone. */
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(10);

    private final String provider;
    private final Errors errors;
    private final Supplier<MailboxCalls> turns;
    private final AccessTokens tokens;
    private final Clock clock;
    private final Map<MailboxKey, MailboxCalls> calls = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            // Its own choice is a pool of platform threads, as many as calls come in at once: a call takes two thirds
            // more
            // of the processor then.
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /** What an answer means that is no success. */
    public interface Errors {
        /** One of code {@code SOURCE_THROTTLED} has the mailbox left alone. */
        ApiException of(HttpResponse<InputStream> response);
    }

    /** What is done with a body while it comes in. */
    public interface Reader<T> {
        T read(HttpResponse<InputStream> response) throws ApiException, IOException, InterruptedException;
    }

    /** What a call waits for last, just before it goes out. */
    public interface Toll {
        Toll NONE = _ -> {};

        /** Throws where the call must not go out. */
        void pay(AccessToken token) throws ApiException, InterruptedException;
    }

    /**
     * @param provider its name, for messages
     * @param turns for one mailbox
     * @param tokens closed together with this
     */
    public ApiClient(String provider, Errors errors, Supplier<MailboxCalls> turns, AccessTokens tokens, Clock clock) {
        this.provider = provider;
        this.errors = errors;
        this.turns = turns;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Makes the call, which succeeds with any answer of the 200s. */
    public <T> T call(MailboxKey mailbox, Grant grant, HttpRequest.Builder request, Toll toll, Reader<T> reader)
            throws ApiException, InterruptedException {
        MailboxCalls of = calls.computeIfAbsent(mailbox, _ -> turns.get());
        of.enter();
        try {
            awaitPause(of);
            for (boolean again = false; ; again = true) {
                AccessTokens.Issued token = token(grant);
                toll.pay(token.token());
                try {
                    return once(of, request, token, reader);
                } catch (ApiException failed) {
                    if (failed.kind() != Kind.TOKEN_REFUSED) {
                        throw failed;
                    }
                    tokens.discard(grant, token.token());
                    // One that was given out earlier may have been revoked since: a new one says more.
                    if (again || !token.kept()) {
                        throw failed;
                    }
                }
            }
        } finally {
            of.leave();
        }
    }

    private void awaitPause(MailboxCalls of) throws ApiException, InterruptedException {
        Optional<Duration> pause = of.pause(clock);
        if (pause.isEmpty()) {
            return;
        }
        if (pause.get().compareTo(SHORT_PAUSE) > 0) {
            throw ApiException.tooEarly(provider + " asked us to leave this mailbox alone", pause.get());
        }
        Thread.sleep(pause.get());
    }

    private <T> T once(MailboxCalls of, HttpRequest.Builder request, AccessTokens.Issued token, Reader<T> reader)
            throws ApiException, InterruptedException {
        request.setHeader("Authorization", "Bearer " + token.token().value().text());
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream _ = response.body()) {
                if (response.statusCode() / 100 == 2) {
                    of.succeeded();
                    return reader.read(response);
                }
                ApiException meaning = errors.of(response);
                if (meaning.code() == FailureCode.SOURCE_THROTTLED) {
                    of.pauseFor(meaning.retryAfter(), clock);
                }
                throw meaning;
            }
        } catch (IOException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new ApiException(
                    FailureCode.SOURCE_UNREACHABLE,
                    provider + " could not be reached, or broke off ("
                            + failed.getClass().getSimpleName() + ")");
        }
    }

    private AccessTokens.Issued token(Grant grant) throws ApiException, InterruptedException {
        try {
            return tokens.get(grant);
        } catch (TokenException failed) {
            throw new ApiException(Kind.FAILED, failed.code(), failed.getMessage(), failed.retryAfter());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        tokens.close();
    }
}
