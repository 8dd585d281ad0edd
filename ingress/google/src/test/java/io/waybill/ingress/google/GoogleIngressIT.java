package io.waybill.ingress.google;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.ingress.endpoint.LateBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The application on a real broker that comes late, goes away and comes back: one life, in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class GoogleIngressIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private Google google;
    private LateBroker broker;
    private Ingress ingress;
    private Pubsub pubsub;

    @BeforeAll
    void startBrokerOnceAndAppAlone(@TempDir Path data, @TempDir Path secrets) throws Exception {
        google = new Google();
        broker = new LateBroker(data, mailbox, Ingress.REGISTRATION);
        ingress = Ingress.onKafka(secrets, google, broker.bootstrapServers());
        pubsub = ingress.pubsub();
    }

    @AfterAll
    void stop() {
        if (ingress != null) {
            ingress.close();
        }
        broker.close();
        google.close();
    }

    @Test
    @Order(1)
    void start_withoutBroker_livesAndIsNotReady() {
        assertEquals(200, pubsub.get("/health/liveness").statusCode());
        assertEquals(503, pubsub.get("/health/readiness").statusCode());
        HttpResponse<String> answer = push(1);
        assertEquals(503, answer.statusCode());
        assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
    }

    @Test
    @Order(2)
    @DisplayName("A01 g a push is a record on mail.pointers with tenant, mailbox and Gmail's cursor, and no address")
    void start_brokerComes_getsReady() {
        broker.come();
        await().atMost(LIMIT).until(() -> pubsub.get("/health/readiness").statusCode() == 200);

        // The first push may find neither Google's keys nor a producer that is warm, and so be refused.
        await().atMost(LIMIT).until(() -> push(1006196).statusCode() == 204);

        ConsumerRecord<byte[], byte[]> record = broker.pointers().getFirst();
        assertArrayEquals(mailbox.key().bytes(), record.key());
        PointerJob job = assertInstanceOf(Decoded.Job.class, PointerJobCodec.decode(record.key(), record.value()))
                .job();
        assertEquals(new ChangesPointer(ChangesPointer.Reason.PUSH, null, "1006196"), job.pointer());
        assertEquals(mailbox.incarnation(), job.incarnation());
        assertEquals(0, record.headers().toArray().length);
        assertFalse(new String(record.value(), StandardCharsets.UTF_8).contains("@"));
    }

    @Test
    @Order(3)
    @DisplayName("A06 g a foreign token leaves no record")
    void receive_foreignToken() {
        int before = broker.pointers().size();
        String foreign = Google.sign(Google.claims(Ingress.registration("k-two", "two"), Instant.now()));
        assertEquals(
                401,
                pubsub.push(
                                Ingress.REGISTRATION,
                                foreign,
                                Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7)))
                        .statusCode());
        assertEquals(before, broker.pointers().size());
    }

    @Test
    @Order(4)
    @DisplayName(
            "A03 g without the broker every push is a 503 with Retry-After within 2 s, and what was taken is there")
    void receive_brokerGoesAndComesBack() {
        broker.goAway();
        List<Long> cursors = List.of(101L, 102L, 103L);
        for (long cursor : cursors) {
            Instant start = Instant.now();
            HttpResponse<String> answer = push(cursor);
            assertEquals(503, answer.statusCode());
            assertTrue(answer.headers().firstValue("retry-after").isPresent());
            // The promised 2 s, and more for a machine that has other work: Kafka's own limit is two minutes.
            assertTrue(Duration.between(start, Instant.now()).compareTo(Duration.ofSeconds(10)) < 0);
        }
        assertEquals(200, pubsub.get("/health/liveness").statusCode());

        broker.come();
        for (long cursor : cursors) {
            await().atMost(LIMIT).until(() -> push(cursor).statusCode() == 204);
        }
        Set<String> stored = broker.jobs().stream()
                .map(job -> ((ChangesPointer) job.pointer()).hint())
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(stored.containsAll(List.of("1006196", "101", "102", "103")), stored.toString());
    }

    @Test
    @Order(5)
    void metrics_tellWhatBecameOfTheRequests() {
        assertEquals(4, ingress.counted("accepted_total{provider=\"google\"}"));
        assertEquals(4, ingress.counted("pointers_total{provider=\"google\"}"));
        assertEquals(1, ingress.counted("unavailable_total{provider=\"google\",reason=\"not-ready\"}"));
        assertEquals(1, ingress.rejected("audience"));
        assertEquals(0, ingress.dropped("unknown-mailbox"));
        assertEquals(1, ingress.counted("keys_total{provider=\"google\",result=\"read\"}"));
        assertEquals(1, google.asked());
    }

    private HttpResponse<String> push(long historyId) {
        return pubsub.push(
                Ingress.REGISTRATION,
                Google.sign(Google.claims(Ingress.REGISTRATION, Instant.now())),
                Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), historyId)));
    }
}
