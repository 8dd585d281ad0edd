package io.waybill.sources.graph;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.sources.graph.GraphException.Kind;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.Grant;
import io.waybill.sources.oauth.TokenException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Calls to Graph, each for one mailbox and with its app's token. Blocks; interrupting the thread ends the call. */
final class GraphClient implements AutoCloseable {
    /** On each call: ids that stay the same when a message is moved. */
    static final String IMMUTABLE = "IdType=\"ImmutableId\"";

    private static final Duration CONNECT = Duration.ofSeconds(15);

    /** Until the head of the answer; the body is bounded by the call's caller. */
    private static final Duration HEAD = Duration.ofSeconds(60);

    /** A pause that is shorter is waited for: it costs no attempt, and holds up this mailbox alone. */
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(10);

    private final GraphEndpoints endpoints;
    private final SharedApps shared;
    private final AccessTokens tokens;
    private final Clock clock;
    private final Map<MailboxKey, MailboxCalls> calls = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * One call.
     *
     * @param path below the base address, its query included
     * @param body JSON
     */
    record Call(String method, String path, Optional<byte[]> body) {
        static Call get(String path) {
            return new Call("GET", path, Optional.empty());
        }

        static Call delete(String path) {
            return new Call("DELETE", path, Optional.empty());
        }

        static Call with(String method, String path, JsonNode body) {
            return new Call(method, path, Optional.of(body.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What is done with a body while it comes in. */
    interface Reader<T> {
        T read(HttpResponse<InputStream> response) throws GraphException, IOException, InterruptedException;
    }

    GraphClient(GraphEndpoints endpoints, SharedApps shared, AccessTokens tokens, Clock clock) {
        this.endpoints = endpoints;
        this.shared = shared;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** One step of a path, whatever is in it. */
    static String step(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @param path below the base address, its query included */
    JsonNode get(Mailbox mailbox, MicrosoftAccount account, String path, String prefer)
            throws GraphException, InterruptedException {
        return get(mailbox, account, path, prefer, response -> GraphAnswers.json(response.body()));
    }

    /** The same for a body that is not JSON. */
    <T> T get(Mailbox mailbox, MicrosoftAccount account, String path, String prefer, Reader<T> reader)
            throws GraphException, InterruptedException {
        return call(mailbox, account, Call.get(path), prefer, reader);
    }

    /** Any call; succeeds with any answer of the 200s. */
    <T> T call(Mailbox mailbox, MicrosoftAccount account, Call call, String prefer, Reader<T> reader)
            throws GraphException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(account, call.path()))
                .method(
                        call.method(),
                        call.body()
                                .map(HttpRequest.BodyPublishers::ofByteArray)
                                .orElseGet(HttpRequest.BodyPublishers::noBody))
                .header("Prefer", prefer)
                .timeout(HEAD);
        if (call.body().isPresent()) {
            request.header("Content-Type", "application/json");
        }
        MailboxCalls of = calls.computeIfAbsent(mailbox.key(), _ -> new MailboxCalls());
        of.enter();
        try {
            awaitPause(of);
            Grant grant = grant(account);
            for (boolean again = false; ; again = true) {
                AccessTokens.Issued token = token(grant);
                try {
                    return once(of, request, token, reader);
                } catch (GraphException failed) {
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

    /** The path of a link that Graph gave, below the base address; a link to elsewhere is not followed. */
    String below(MicrosoftAccount account, String link) throws GraphException {
        String base = endpoints.base(account.cloud()).toString();
        if (!link.startsWith(base)) {
            throw leadsAway();
        }
        String path = link.substring(base.length());
        address(account, path);
        return path;
    }

    /** The address of a path; resolved as a reference it could be another server's, or lead up and out of the base address. */
    private URI address(MicrosoftAccount account, String path) throws GraphException {
        URI base = endpoints.base(account.cloud());
        try {
            URI address = base.resolve(path);
            if (address.toString().equals(base + path)) {
                return address;
            }
        } catch (IllegalArgumentException noReference) {
            // It cannot be called either.
        }
        throw leadsAway();
    }

    private static GraphException leadsAway() {
        return new GraphException(FailureCode.SOURCE_ERROR, "Graph gave a link that leads away from it");
    }

    private void awaitPause(MailboxCalls of) throws GraphException, InterruptedException {
        Optional<Duration> pause = of.pause(clock);
        if (pause.isEmpty()) {
            return;
        }
        if (pause.get().compareTo(SHORT_PAUSE) > 0) {
            throw new GraphException(
                    Kind.FAILED, FailureCode.SOURCE_THROTTLED, "Graph asked us to leave this mailbox alone", pause);
        }
        Thread.sleep(pause.get());
    }

    private <T> T once(MailboxCalls of, HttpRequest.Builder request, AccessTokens.Issued token, Reader<T> reader)
            throws GraphException, InterruptedException {
        request.setHeader("Authorization", "Bearer " + token.token().value().text());
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream _ = response.body()) {
                if (response.statusCode() / 100 == 2) {
                    of.succeeded();
                    return reader.read(response);
                }
                GraphException meaning = GraphAnswers.error(response, clock);
                if (response.statusCode() == 429) {
                    of.pauseFor(meaning.retryAfter(), clock);
                }
                throw meaning;
            }
        } catch (IOException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new GraphException(
                    FailureCode.SOURCE_UNREACHABLE,
                    "Graph could not be reached, or broke off ("
                            + failed.getClass().getSimpleName() + ")");
        }
    }

    private AccessTokens.Issued token(Grant grant) throws GraphException, InterruptedException {
        try {
            return tokens.get(grant);
        } catch (TokenException failed) {
            throw new GraphException(Kind.FAILED, failed.code(), failed.getMessage(), failed.retryAfter());
        }
    }

    private Grant grant(MicrosoftAccount account) throws GraphException {
        String scope = endpoints.scope(account.cloud());
        return switch (credential(account)) {
            case MicrosoftAccount.ClientSecret(var reference) ->
                new Grant.ClientCredentials(account.cloud(), account.tenantId(), account.clientId(), reference, scope);
            case MicrosoftAccount.Certificate(var reference) ->
                new Grant.ClientCertificate(account.cloud(), account.tenantId(), account.clientId(), reference, scope);
        };
    }

    private MicrosoftAccount.Credential credential(MicrosoftAccount account) throws GraphException {
        return switch (account.signIn()) {
            case MicrosoftAccount.Credential own -> own;
            case MicrosoftAccount.SharedApp() ->
                shared.credential(account)
                        .orElseThrow(() -> new GraphException(
                                FailureCode.CREDENTIALS_REFUSED,
                                "no app of the operator's may be used for this directory and user"));
        };
    }

    @Override
    public void close() {
        http.shutdownNow();
        tokens.close();
    }
}
