package io.waybill.sources.graph;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.sources.MailboxPause;
import io.waybill.sources.http.ApiClient;
import io.waybill.sources.http.ApiClient.Reader;
import io.waybill.sources.http.ApiClient.Toll;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.Call;
import io.waybill.sources.http.MailboxCalls;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.Grant;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Calls to Graph, each for one mailbox and with its app's token. Blocks; interrupting the thread ends the call. */
final class GraphClient implements AutoCloseable {
    /** On each call: ids that stay the same when a message is moved. */
    static final String IMMUTABLE = "IdType=\"ImmutableId\"";

    /** Beyond it Exchange answers 429, MailboxConcurrency. */
    private static final int AT_ONCE = 4;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final GraphEndpoints endpoints;
    private final SharedApps shared;
    private final ApiClient api;

    GraphClient(GraphEndpoints endpoints, SharedApps shared, AccessTokens tokens, Clock clock) {
        this.endpoints = endpoints;
        this.shared = shared;
        this.api = new ApiClient(
                "Graph",
                response -> GraphAnswers.error(response, clock),
                () -> new MailboxCalls(AT_ONCE, refused -> backoff(refused, RandomGenerator.getDefault())),
                tokens,
                clock);
    }

    /**
     * At most 1, 2, 4 … 60 s, and half of that at least.
     *
     * @param random so that mailboxes of one app that were refused together do not come back together
     */
    static Duration backoff(int refused, RandomGenerator random) {
        return MailboxPause.doubling(refused, LONGEST_PAUSE, random);
    }

    /** @param path below the base address, its query included */
    JsonNode get(Mailbox mailbox, MicrosoftAccount account, String path, String prefer)
            throws ApiException, InterruptedException {
        return get(mailbox, account, path, prefer, response -> GraphAnswers.json(response.body()));
    }

    /** The same for a body that is not JSON. */
    <T> T get(Mailbox mailbox, MicrosoftAccount account, String path, String prefer, Reader<T> reader)
            throws ApiException, InterruptedException {
        return call(mailbox, account, Call.get(path), prefer, reader);
    }

    /** Any call; succeeds with any answer of the 200s. */
    <T> T call(Mailbox mailbox, MicrosoftAccount account, Call call, String prefer, Reader<T> reader)
            throws ApiException, InterruptedException {
        HttpRequest.Builder request = call.at(address(account, call.path())).header("Prefer", prefer);
        return api.call(mailbox.key(), grant(account), request, Toll.NONE, reader);
    }

    /** The path of a link that Graph gave, below the base address; a link to elsewhere is not followed. */
    String below(MicrosoftAccount account, String link) throws ApiException {
        String base = endpoints.base(account.cloud()).toString();
        if (!link.startsWith(base)) {
            throw leadsAway();
        }
        String path = link.substring(base.length());
        address(account, path);
        return path;
    }

    /** The address of a path; resolved as a reference it could be another server's, or lead up and out of the base address. */
    private URI address(MicrosoftAccount account, String path) throws ApiException {
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

    private static ApiException leadsAway() {
        return new ApiException(FailureCode.SOURCE_ERROR, "Graph gave a link that leads away from it");
    }

    private Grant grant(MicrosoftAccount account) throws ApiException {
        String scope = endpoints.scope(account.cloud());
        return switch (credential(account)) {
            case MicrosoftAccount.ClientSecret(var reference) ->
                new Grant.ClientCredentials(account.cloud(), account.tenantId(), account.clientId(), reference, scope);
            case MicrosoftAccount.Certificate(var reference) ->
                new Grant.ClientCertificate(account.cloud(), account.tenantId(), account.clientId(), reference, scope);
        };
    }

    private MicrosoftAccount.Credential credential(MicrosoftAccount account) throws ApiException {
        return switch (account.signIn()) {
            case MicrosoftAccount.Credential own -> own;
            case MicrosoftAccount.SharedApp() ->
                shared.credential(account)
                        .orElseThrow(() -> new ApiException(
                                FailureCode.CREDENTIALS_REFUSED,
                                "no app of the operator's may be used for this directory and user"));
        };
    }

    @Override
    public void close() {
        api.close();
    }
}
