package io.waybill.sandbox.graph;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks an endpoint to echo a token before anything is sent there. */
final class Handshake {
    private static final int ANSWER_BYTES_MAX = 8 * 1024;

    private final HttpClient client;
    private final Duration answerWithin;

    Handshake(HttpClient client, Duration answerWithin) {
        this.client = client;
        this.answerWithin = answerWithin;
    }

    void validate(URI url) throws GraphRefusal {
        String token =
                "Validation: Testing client application reachability for subscription Request-Id: " + UUID.randomUUID();
        // Graph writes its escapes in lower case and a plus for a space.
        String encoded = URLEncoder.encode(token, StandardCharsets.UTF_8).replace("%3A", "%3a");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url + (url.getRawQuery() == null ? "?" : "&") + "validationToken=" + encoded))
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<byte[]> answer = send(request);
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (answer.statusCode() != 200) {
            throw failed("The answer was " + answer.statusCode() + " instead of 200.");
        }
        if (!type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("text/plain")) {
            throw failed("Content-Type must be text/plain.");
        }
        if (!new String(answer.body(), StandardCharsets.UTF_8).equals(token)) {
            throw failed("Response must exactly match validationToken query parameter.");
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws GraphRefusal {
        // The request's own timeout ends with the answer's header; a body must not take for ever either.
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            return answer.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw failed("Subscription validation request timed out.");
        } catch (ExecutionException broken) {
            throw failed(
                    broken.getCause() instanceof IOException
                            ? "The endpoint could not be reached."
                            : "The endpoint's answer could not be read.");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failed("The service is stopping.");
        }
    }

    private static GraphRefusal failed(String why) {
        return new GraphRefusal(400, "ValidationError", "Subscription validation request failed. " + why);
    }
}
