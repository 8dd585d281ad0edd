package io.waybill.ingress.google;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.FakeSender;
import io.waybill.sandbox.emulator.StoppedClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More pushes than the brokers take, and more keys than Google has. */
final class FloodTest {
    private static final int BOUND = 4;

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");

    @Test
    void receive_beyondTheBound_isRefusedAtOnce(@TempDir Path secrets) {
        try (Google google = new Google();
                Ingress ingress = started(secrets, google, Map.of("waybill.ingress.max-in-flight", BOUND))) {
            FakeSender brokers = ingress.bean(FakeSender.class);
            // Held within send(), so that no deadline frees a permit meanwhile.
            CompletableFuture<RecordMetadata> ack = new CompletableFuture<>();
            brokers.answer(_ -> CompletableFuture.completedFuture(ack.join()));

            List<CompletableFuture<HttpResponse<String>>> waiting = push(ingress, BOUND);
            await().until(() -> brokers.count() == BOUND);

            List<CompletableFuture<HttpResponse<String>>> flood = push(ingress, 100);
            flood.forEach(answer -> {
                assertEquals(503, answer.join().statusCode());
                assertEquals(
                        "1", answer.join().headers().firstValue("retry-after").orElseThrow());
            });
            assertEquals(BOUND, brokers.count());
            assertEquals(200, ingress.caller().get("/health/liveness").statusCode());
            assertEquals(100, ingress.counted("unavailable_total{provider=\"google\",reason=\"overloaded\"}"));

            ack.complete(null);
            waiting.forEach(answer -> assertEquals(204, answer.join().statusCode()));
            push(ingress, BOUND)
                    .forEach(answer -> assertEquals(204, answer.join().statusCode()));
        }
    }

    @Test
    @DisplayName("A06 g T13 a flood of tokens with unknown keys asks Google once a minute, and leaves good ones alone")
    void receive_unknownKeys(@TempDir Path secrets) {
        try (Google google = new Google();
                Ingress ingress = started(secrets, google, Map.of())) {
            StoppedClock clock = ingress.bean(StoppedClock.class);
            push(ingress, 1).forEach(answer -> assertEquals(204, answer.join().statusCode()));
            assertEquals(1, google.asked());

            for (int minute = 0; minute < 3; minute++) {
                forge(ingress, 50);
                clock.turn(Duration.ofSeconds(59));
                forge(ingress, 5);
                assertEquals(1 + minute, google.asked());
                clock.turn(Duration.ofSeconds(1));
            }
            forge(ingress, 50);
            assertEquals(4, google.asked());
            assertEquals(3 * 55 + 50, ingress.rejected("unknown-key"));

            push(ingress, 1).forEach(answer -> assertEquals(204, answer.join().statusCode()));
            assertEquals(4, google.asked());
            assertEquals(2, ingress.bean(FakeSender.class).count());
        }
    }

    private Ingress started(Path secrets, Google google, Map<String, Object> settings) {
        Ingress ingress = Ingress.inMemory(secrets, google, settings);
        ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
        ingress.bean(InMemoryMailboxDirectory.class).put(Ingress.REGISTRATION);
        return ingress;
    }

    private List<CompletableFuture<HttpResponse<String>>> push(Ingress ingress, int times) {
        String token = Google.sign(Google.claims(
                Ingress.REGISTRATION, ingress.bean(StoppedClock.class).instant()));
        return IntStream.range(0, times)
                .mapToObj(n -> ingress.pubsub()
                        .pushAsync(
                                Ingress.REGISTRATION,
                                token,
                                Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), n))))
                .toList();
    }

    /** Each names a key of its own. */
    private void forge(Ingress ingress, int times) {
        // After a turn of the clock Google is asked: among many at once that may take longer than a push waits.
        await().until(() -> forge(ingress, "forged-0").join().statusCode() == 401);
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(1, times)
                .mapToObj(n -> forge(ingress, "forged-" + n))
                .toList();
        answers.forEach(answer -> assertEquals(401, answer.join().statusCode()));
    }

    private CompletableFuture<HttpResponse<String>> forge(Ingress ingress, String kid) {
        String token = Google.sign(
                Google.NEXT,
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid),
                Google.claims(
                        Ingress.REGISTRATION, ingress.bean(StoppedClock.class).instant()));
        return ingress.pubsub()
                .pushAsync(
                        Ingress.REGISTRATION,
                        token,
                        Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7)));
    }
}
