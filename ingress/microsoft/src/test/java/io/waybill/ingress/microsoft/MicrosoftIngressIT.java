package io.waybill.ingress.microsoft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.ingress.endpoint.LateBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
final class MicrosoftIngressIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private LateBroker broker;
    private Ingress ingress;
    private Graph graph;

    @BeforeAll
    void startBrokerOnceAndAppAlone(@TempDir Path data, @TempDir Path secrets) throws Exception {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        broker = new LateBroker(data, mailbox);
        ingress = Ingress.onKafka(secrets, broker.bootstrapServers());
        graph = ingress.graph();
    }

    @AfterAll
    void stop() {
        if (ingress != null) {
            ingress.close();
        }
        broker.close();
    }

    @Test
    @Order(1)
    void start_withoutBroker_livesAndIsNotReady() {
        assertEquals(200, graph.get("/health/liveness").statusCode());
        assertEquals(503, graph.get("/health/readiness").statusCode());
        HttpResponse<String> answer = push("AAMkONE=");
        assertEquals(503, answer.statusCode());
        assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
        assertEquals(
                200,
                graph.post(Graph.notifications(mailbox) + "&validationToken=x", "text/plain", "")
                        .statusCode());
    }

    @Test
    @Order(2)
    @DisplayName(
            "A01 m a notification is a record on mail.pointers with tenant, mailbox and the message's own identity")
    void start_brokerComes_getsReady() {
        broker.come();
        await().atMost(LIMIT).until(() -> graph.get("/health/readiness").statusCode() == 200);

        // The first one has the producer get warm, and may be late for it.
        await().atMost(LIMIT).until(() -> push("AAMkSEVEN=").statusCode() == 202);

        ConsumerRecord<byte[], byte[]> record = broker.pointers().getFirst();
        assertArrayEquals(mailbox.key().bytes(), record.key());
        PointerJob job = assertInstanceOf(Decoded.Job.class, PointerJobCodec.decode(record.key(), record.value()))
                .job();
        assertEquals(
                new MicrosoftPointer("c6126aa3-0ed8-412f-a988-71e6cee627c4", "AAMkSEVEN=", "created"), job.pointer());
        assertEquals(mailbox.incarnation(), job.incarnation());
        assertEquals(0, record.headers().toArray().length);
    }

    @Test
    @Order(3)
    void receive_largestNotification_staysBelowTheBrokersLimit() {
        List<String> ids =
                IntStream.range(0, 1000).mapToObj(n -> "A".repeat(100) + n).toList();
        String[] items = ids.stream().map(id -> Graph.created(mailbox, id)).toArray(String[]::new);
        await().atMost(LIMIT).until(() -> graph.notify(mailbox, items).statusCode() == 202);
        assertTrue(stored().containsAll(ids));
    }

    @Test
    @Order(4)
    @DisplayName(
            "A03 m without the broker every notification is a 503 with Retry-After within 2 s, and what was taken is"
                    + " there")
    void receive_brokerGoesAndComesBack() {
        broker.goAway();
        Set<String> taken = Set.of("AAMkA=", "AAMkB=", "AAMkC=");
        for (String id : taken) {
            Instant start = Instant.now();
            HttpResponse<String> answer = push(id);
            assertEquals(503, answer.statusCode());
            assertTrue(answer.headers().firstValue("retry-after").isPresent());
            // The promised 2 s, and more for a machine that has other work: Kafka's own limit is two minutes.
            assertTrue(Duration.between(start, Instant.now()).compareTo(Duration.ofSeconds(10)) < 0);
        }
        assertEquals(200, graph.get("/health/liveness").statusCode());

        broker.come();
        for (String id : taken) {
            await().atMost(LIMIT).until(() -> push(id).statusCode() == 202);
        }
        assertTrue(stored().containsAll(taken));
    }

    @Test
    @Order(5)
    void metrics_tellWhatBecameOfTheRequests() {
        String metrics = graph.get("/prometheus").body();
        assertTrue(metrics.contains("waybill_ingress_accepted_total{provider=\"microsoft\"} 5.0"), metrics);
        assertTrue(metrics.contains("waybill_ingress_pointers_total{provider=\"microsoft\"} 1004.0"), metrics);
        assertTrue(metrics.contains("waybill_ingress_unavailable_total{provider=\"microsoft\",reason=\"not-ready\"}"));
        assertTrue(
                metrics.contains("waybill_ingress_dropped_total{provider=\"microsoft\",reason=\"client-state\"} 0.0"));
    }

    /** The messages of which there is a record: one that was refused in the end may be there as well, so that some have several. */
    private Set<String> stored() {
        return broker.jobs().stream()
                .map(job -> ((MicrosoftPointer) job.pointer()).messageId())
                .collect(Collectors.toSet());
    }

    private HttpResponse<String> push(String id) {
        return graph.notify(mailbox, Graph.created(mailbox, id));
    }
}
