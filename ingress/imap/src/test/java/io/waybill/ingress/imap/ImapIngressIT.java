package io.waybill.ingress.imap;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.contracts.Secret;
import io.waybill.ingress.endpoint.LateBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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
final class ImapIngressIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Mailbox mailbox = Ingress.mailbox("acme", "support", null);
    private final Secret key = Ingress.derived(mailbox);
    private LateBroker broker;
    private Ingress ingress;
    private Listener listener;

    @BeforeAll
    void startBrokerOnceAndAppAlone(@TempDir Path data, @TempDir Path secrets) throws Exception {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        broker = new LateBroker(data, mailbox);
        ingress = Ingress.onKafka(secrets, broker.bootstrapServers());
        listener = ingress.listener();
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
        assertEquals(200, listener.get("/health/liveness").statusCode());
        assertEquals(503, listener.get("/health/readiness").statusCode());
        HttpResponse<String> answer = push(1);
        assertEquals(503, answer.statusCode());
        assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
    }

    @Test
    @Order(2)
    @DisplayName("A01 i a callback is a record on mail.pointers with tenant, mailbox and the message's own identity")
    void start_brokerComes_getsReady() {
        broker.come();
        await().atMost(LIMIT).until(() -> listener.get("/health/readiness").statusCode() == 200);

        // The first one has the producer get warm, and may be late for it.
        await().atMost(LIMIT).until(() -> push(7).statusCode() == 202);

        ConsumerRecord<byte[], byte[]> record = broker.pointers().getFirst();
        assertArrayEquals(mailbox.key().bytes(), record.key());
        PointerJob job = assertInstanceOf(Decoded.Job.class, PointerJobCodec.decode(record.key(), record.value()))
                .job();
        assertEquals(ImapPointer.of("INBOX", 17, 7), job.pointer());
        assertEquals(mailbox.incarnation(), job.incarnation());
        assertEquals(0, record.headers().toArray().length);
    }

    @Test
    @Order(3)
    void receive_largestNotification_staysBelowTheBrokersLimit() {
        List<Long> uids = LongStream.rangeClosed(1, 1000).boxed().toList();
        await().atMost(LIMIT).until(() -> push(uids).statusCode() == 202);
        assertTrue(stored().containsAll(uids));
    }

    @Test
    @Order(4)
    @DisplayName(
            "A03 i without the broker every callback is a 503 with Retry-After within 2 s, and what was taken is there")
    void receive_brokerGoesAndComesBack() {
        broker.goAway();
        Set<Long> taken = new HashSet<>();
        for (long uid = 2001; uid <= 2003; uid++) {
            Instant start = Instant.now();
            HttpResponse<String> answer = push(uid);
            assertEquals(503, answer.statusCode());
            assertTrue(answer.headers().firstValue("retry-after").isPresent());
            // The promised 2 s, and more for a machine that has other work: Kafka's own limit is two minutes.
            assertTrue(Duration.between(start, Instant.now()).compareTo(Duration.ofSeconds(10)) < 0);
        }
        assertEquals(200, listener.get("/health/liveness").statusCode());

        broker.come();
        for (long uid = 2001; uid <= 2003; uid++) {
            long repeated = uid;
            await().atMost(LIMIT).until(() -> push(repeated).statusCode() == 202);
            taken.add(uid);
        }
        assertTrue(stored().containsAll(taken));
    }

    @Test
    @Order(5)
    void metrics_tellWhatBecameOfTheRequests() {
        String metrics = listener.get("/prometheus").body();
        assertTrue(metrics.contains("waybill_ingress_accepted_total{provider=\"imap\"} 5.0"), metrics);
        assertTrue(metrics.contains("waybill_ingress_pointers_total{provider=\"imap\"} 1004.0"), metrics);
        assertTrue(metrics.contains("waybill_ingress_unavailable_total{provider=\"imap\",reason=\"not-ready\"}"));
        assertTrue(metrics.contains("waybill_ingress_rejected_total{provider=\"imap\",reason=\"unauthorized\"} 0.0"));
    }

    /** The messages of which there is a record: one that was refused in the end may be there as well, so that some have several. */
    private Set<Long> stored() {
        return broker.jobs().stream()
                .map(job -> ((ImapPointer) job.pointer()).uid())
                .collect(Collectors.toSet());
    }

    private HttpResponse<String> push(long uid) {
        return push(List.of(uid));
    }

    private HttpResponse<String> push(List<Long> uids) {
        return listener.push(mailbox, key, ImapNotification.arrived("INBOX", 17, uids));
    }
}
