package io.waybill.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Problem;
import io.waybill.cli.up.Plan.GraphEmulator;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.SubscriptionTable;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The demo's mailbox in Microsoft 365: what comes into it, Graph's emulator announces to the ingress. */
final class GraphInbox {
    private static final Duration ANNOUNCED_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int TIMEOUT_MS = 10_000;

    private final GraphEmulator graph;
    private final Clock clock;

    GraphInbox(GraphEmulator graph, Clock clock) {
        this.graph = graph;
        this.clock = clock;
    }

    /** Waits until Graph announces what comes into the mailbox, each mail twice from then on. Throws {@link Problem} if it does not. */
    void awaitSubscription(Map<String, Object> kafka, Mailbox mailbox) throws InterruptedException {
        try (SubscriptionTable table = new SubscriptionTable(kafka)) {
            long deadline = System.nanoTime() + ANNOUNCED_WITHIN.toNanos();
            while (table.find(mailbox.key())
                    .filter(subscription -> subscription.announces(clock.instant()))
                    .isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw Problem.incomplete(
                            "there was no subscription within " + ANNOUNCED_WITHIN.toSeconds() + " s",
                            graph.url().toString(),
                            "The log of the watch in the demo's folder says why.");
                }
                Thread.sleep(LOOK);
            }
        }
        post("emulator/faults", "{\"duplicated\": 1.0}".getBytes(StandardCharsets.UTF_8));
    }

    /** A mail comes in. Returns its pointer. */
    MicrosoftPointer deliver(byte[] eml) {
        JsonNode answer = post("emulator/messages?user=" + graph.userId(), eml);
        return new MicrosoftPointer(null, answer.path("id").asText(), null);
    }

    private JsonNode post(String call, byte[] body) {
        URI address = graph.url().resolve(call);
        try {
            HttpURLConnection request = (HttpURLConnection) address.toURL().openConnection();
            request.setConnectTimeout(TIMEOUT_MS);
            request.setReadTimeout(TIMEOUT_MS);
            request.setRequestMethod("POST");
            request.setDoOutput(true);
            request.getOutputStream().write(body);
            try (InputStream answer = request.getInputStream()) {
                return new ObjectMapper().readTree(answer);
            }
        } catch (IOException failed) {
            throw Problem.incomplete(
                    "Graph's emulator does not do as asked ("
                            + failed.getClass().getSimpleName() + ")",
                    address.toString(),
                    "Try again; the sandbox's log says more.");
        }
    }
}
