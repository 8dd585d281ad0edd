package io.waybill.benchmarks.latency;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.benchmarks.latency.Arrivals.Arrival;
import io.waybill.sandbox.graph.GraphServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What the provider's share is: while callbacks come, another client of the same kind asks Graph now and then what the processor asks it
 * for each mail, and takes the time of it. Run {@link #measure} on a thread of its own and interrupt it.
 */
final class ProviderTime {
    /** A fortieth of the load, so that it does not become one itself. */
    private static final long PAUSE_MS = 200;

    private final Installation installation;
    private final String token;
    private final Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);

    ProviderTime(Installation installation) throws IOException, InterruptedException {
        this.installation = installation;
        this.token = token();
    }

    private String token() throws IOException, InterruptedException {
        String form = "grant_type=client_credentials&client_id=" + Installation.APP + "&client_secret="
                + Installation.APP_SECRET + "&scope="
                + URLEncoder.encode(GraphServer.SCOPE, StandardCharsets.UTF_8);
        URI address = installation.tokens().url().resolve(Installation.DIRECTORY + "/oauth2/v2.0/token");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(address)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build();
            String answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return new ObjectMapper().readTree(answer).path("access_token").asText();
        }
    }

    /** Asks until it is interrupted. */
    void measure(Arrival mail) throws IOException {
        String path = "v1.0/users/" + Installation.user(mail.mailbox()) + "/messages/" + mail.message();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (true) {
                long began = System.nanoTime();
                ask(client, path + "?$select=id,receivedDateTime,isDraft");
                ask(client, path + "/$value");
                micros.recordValue((System.nanoTime() - began) / 1000);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(HttpClient client, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(installation.graph().url().resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Prefer", "IdType=\"ImmutableId\"")
                .build();
        int status =
                client.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
        if (status != 200) {
            throw new IOException("Graph answered " + status);
        }
    }

    /** Of both calls together. */
    double medianMs() {
        return micros.getValueAtPercentile(50) / 1e3;
    }
}
