package io.waybill.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Problem;
import io.waybill.contracts.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Asks the internal endpoints of the apps, with the bearer token of run.json. */
public final class InternalEndpoint {
    /** They answer from memory; people wait. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** The listeners of 10,000 mailboxes. */
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final ObjectMapper MAPPER = Json.mapper(16, 64 * 1024);

    private InternalEndpoint() {}

    /**
     * The JSON there; empty for 404. Throws {@link Problem} where nobody answers, or not with what was asked for.
     *
     * @param token sent as bearer, where there is one
     */
    public static Optional<JsonNode> get(URI base, String path, Optional<String> token) {
        URI uri = uri(base, path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LIMIT);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return switch (response.statusCode()) {
                    case 200 -> Optional.of(MAPPER.readTree(body.readNBytes(MAX_BYTES)));
                    case 404 -> Optional.empty();
                    case 401, 403 ->
                        throw Problem.incomplete(
                                "it refuses the token", uri.toString(), "Set WAYBILL_INTERNAL_TOKEN, or name --data.");
                    case 503 ->
                        throw Problem.incomplete("it is not ready yet", uri.toString(), "Try again in a moment.");
                    default ->
                        throw Problem.incomplete(
                                "it answered " + response.statusCode(), uri.toString(), "Look at its log.");
                };
            }
        } catch (IOException unreachable) {
            throw Problem.incomplete(
                    "it does not answer (" + unreachable.getClass().getSimpleName() + ")",
                    uri.toString(),
                    "Is it running?");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Problem.incomplete("interrupted", uri.toString(), "");
        }
    }

    private static URI uri(URI base, String path) {
        String text = base.toString();
        if (!text.startsWith("http://") && !text.startsWith("https://")) {
            throw Problem.usage("not an HTTP URL", text, "Write http://HOST:PORT");
        }
        return URI.create(text.replaceFirst("/+$", "") + path);
    }
}
