package io.waybill.sources.oauth;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Json;
import io.waybill.contracts.Secret;
import io.waybill.sources.RetryAfter;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a token endpoint (RFC 6749, 5): a form goes out, a small JSON object comes back, and each way to fail has its code. */
final class TokenExchange implements AutoCloseable {
    /** A token with all groups of its user has some KiB; what is longer is not an answer. */
    private static final int MAX_ANSWER = 64 * 1024;

    private static final int MAX_TOKEN = 16 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** From the request to the last byte: HttpClient's own timeout ends with the headers. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Endpoints give an hour or a day; more than that is not believed. */
    private static final long MAX_LIFETIME = Duration.ofDays(1).toSeconds();

    /** Where it does not say, which RFC 6749 allows. */
    private static final long USUAL_LIFETIME = 300;

    /** Only these words of an answer are repeated (RFC 6749, 5.2; RFC 6750, 3.1): a description may quote what was sent. */
    private static final Set<String> ERRORS = Set.of(
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope",
            "access_denied");

    private static final ObjectMapper MAPPER = Json.mapper(8, MAX_ANSWER);

    private final Clock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    TokenExchange(Clock clock) {
        this.clock = clock;
    }

    /** @param whose the provider's name, for messages */
    AccessToken post(String whose, URI endpoint, Map<String, String> form) throws TokenException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(joining("&"))))
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
        try {
            return read(whose, answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            throw TokenException.unreachable("the token endpoint of " + whose + " did not answer in time");
        } catch (ExecutionException failed) {
            throw TokenException.unreachable("the token endpoint of " + whose
                    + " could not be reached, or its answer not be read ("
                    + failed.getCause().getClass().getSimpleName() + ")");
        } finally {
            answer.cancel(true);
        }
    }

    private AccessToken read(String whose, HttpResponse<byte[]> response) throws TokenException {
        int status = response.statusCode();
        if (status == 200) {
            return token(whose, json(response.body()));
        }
        if (status == 429) {
            throw new TokenException(
                    FailureCode.SOURCE_THROTTLED,
                    "the token endpoint of " + whose + " asks us to come back later (429)",
                    RetryAfter.of(response, clock));
        }
        if (status >= 500 || status == 408) {
            throw new TokenException(
                    FailureCode.SOURCE_UNREACHABLE,
                    "the token endpoint of " + whose + " is out of order (" + status + ")",
                    RetryAfter.of(response, clock));
        }
        if (status < 400) {
            throw TokenException.error("the token endpoint of " + whose + " answered " + status);
        }
        String error =
                json(response.body()).map(body -> body.path("error").asText()).orElse("");
        if (error.equals("temporarily_unavailable")) {
            throw TokenException.unreachable("the token endpoint of " + whose + " is out of order (" + error + ")");
        }
        throw TokenException.refused("the token endpoint of " + whose + " refuses the credential ("
                + (ERRORS.contains(error) ? error : status) + ")");
    }

    private AccessToken token(String whose, Optional<JsonNode> body) throws TokenException {
        String token = body.map(json -> json.path("access_token").textValue()).orElse("");
        if (token.isEmpty() || token.length() > MAX_TOKEN || !token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw TokenException.error("the token endpoint of " + whose + " answered without a token");
        }
        long lifetime = Math.clamp(body.get().path("expires_in").asLong(USUAL_LIFETIME), 1, MAX_LIFETIME);
        Instant renewAt = clock.instant()
                .plus(Duration.ofSeconds(lifetime).multipliedBy(4).dividedBy(5));
        return new AccessToken(Secret.of(token), renewAt, Optional.empty());
    }

    private static Optional<JsonNode> json(byte[] body) {
        try {
            return Optional.ofNullable(MAPPER.readTree(body));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
