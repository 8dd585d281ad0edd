package io.waybill.contracts;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sandbox.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The directory on a real broker: one life, in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KafkaMailboxDirectoryIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Mailbox support = Samples.mailbox("acme", "support", "k-support", null);
    private final Mailbox sales = Samples.mailbox("acme", "sales", "k-sales", null);
    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaMailboxDirectory directory;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        broker = EmbeddedBroker.start(data, 0);
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        directory = new KafkaMailboxDirectory(client);
        producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    void stop() {
        if (directory != null) {
            directory.close();
            producer.close(Duration.ofSeconds(1));
        }
        broker.close();
    }

    @Test
    @Order(1)
    void isComplete_onceTheTopicsAreThere() throws Exception {
        assertFalse(directory.isComplete());
        assertFalse(directory.awaitComplete(Duration.ofMillis(1)));
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicAdmin.create(admin, 4, 1);
        }
        assertTrue(directory.awaitComplete(LIMIT));
        assertTrue(directory.all().isEmpty());
    }

    @Test
    @Order(2)
    void find_whatWasApplied() throws Exception {
        put(support);
        put(sales);
        await().atMost(LIMIT)
                .until(() -> directory.byRoutingId("k-support").isPresent()
                        && directory.byRoutingId("k-sales").isPresent());
        assertEquals(2, directory.all().size());
        assertEquals(Optional.of(support), directory.find(support.key()));
        assertEquals(Optional.of(sales), directory.byRoutingId("k-sales"));
        assertEquals(Optional.empty(), directory.byRoutingId("k-other"));
    }

    @Test
    @Order(3)
    void byRoutingId_followsUpdates() throws Exception {
        put(Samples.mailbox("acme", "sales", "k-new", null));
        // For a moment it has both.
        await().atMost(LIMIT)
                .until(() -> directory.byRoutingId("k-new").isPresent()
                        && directory.byRoutingId("k-sales").isEmpty());
        put(sales.asRemoved());
        await().atMost(LIMIT).until(() -> directory.byRoutingId("k-new").isEmpty());
        assertEquals(Optional.empty(), directory.byRoutingId("k-sales"));
        assertTrue(directory.find(sales.key()).orElseThrow().removed());
        assertEquals(List.of(support), List.copyOf(directory.all()));
    }

    @Test
    @Order(4)
    void find_afterTheTombstone_isNothing() throws Exception {
        send(Topics.MAILBOXES, sales.key().toString(), null);
        await().atMost(LIMIT).until(() -> directory.find(sales.key()).isEmpty());
    }

    @Test
    @Order(5)
    @DisplayName("A24 a mailbox and a tenant are paused and resumed by records")
    void isPaused_followsControls() throws Exception {
        Control mailbox = new Control(
                Control.Kind.PAUSED_MAILBOX, support.key().toString(), "operator", Samples.NOW, "moving house");
        send(Topics.CONTROLS, mailbox.key(), KafkaMailboxDirectory.encode(mailbox));
        await().atMost(LIMIT).until(() -> directory.isPaused(support.key()));
        assertFalse(directory.isPaused(sales.key()));
        send(Topics.CONTROLS, mailbox.key(), null);
        await().atMost(LIMIT).until(() -> !directory.isPaused(support.key()));

        Control tenant = new Control(Control.Kind.PAUSED_TENANT, "acme", "operator", Samples.NOW, "");
        send(Topics.CONTROLS, tenant.key(), KafkaMailboxDirectory.encode(tenant));
        await().atMost(LIMIT).until(() -> directory.isPaused(support.key()) && directory.isPaused(sales.key()));
        send(Topics.CONTROLS, tenant.key(), null);
        await().atMost(LIMIT).until(() -> !directory.isPaused(sales.key()));
    }

    @Test
    @Order(6)
    void entries_unreadable_hideNoOther() throws Exception {
        for (String bad : List.of("null", "{}", "[]", "quokka", "", "{\"tenantId\":\"acme\"}")) {
            send(Topics.MAILBOXES, support.key().toString(), bad.getBytes(StandardCharsets.UTF_8));
            send(Topics.CONTROLS, "paused-tenant/acme", bad.getBytes(StandardCharsets.UTF_8));
        }
        // Another mailbox's value under this key: a tenant's entry must not change another tenant's mailbox.
        send(Topics.MAILBOXES, "globex/support", KafkaMailboxDirectory.encode(support));
        send(Topics.MAILBOXES, "not a key", KafkaMailboxDirectory.encode(support));
        put(sales);
        await().atMost(LIMIT).until(() -> directory.byRoutingId("k-sales").isPresent());
        assertEquals(Optional.of(support), directory.find(support.key()));
        assertEquals(Optional.of(support), directory.byRoutingId("k-support"));
        assertEquals(Optional.empty(), directory.find(new MailboxKey("globex", "support")));
        assertFalse(directory.isPaused(support.key()));
    }

    @Test
    @Order(7)
    void follows_throughABrokersRestart() throws Exception {
        broker.stop();
        assertEquals(Optional.of(support), directory.find(support.key()));
        broker.startAgain();
        put(Samples.mailbox("globex", "support", "k-globex", null));
        await().atMost(LIMIT).until(() -> directory.byRoutingId("k-globex").isPresent() && directory.isComplete());
    }

    @Test
    @Order(8)
    void topicMadeAnew_isReadFromItsBeginning() throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of(Topics.MAILBOXES.name())).all().get();
            // The broker that is asked may have the old one for a while, and none is made while it has.
            await().atMost(LIMIT).until(() -> !admin.listTopics().names().get().contains(Topics.MAILBOXES.name()));
            await().atMost(LIMIT).ignoreExceptions().until(() -> {
                TopicAdmin.create(admin, 4, 1);
                return admin.listTopics().names().get().contains(Topics.MAILBOXES.name());
            });
        }
        put(Samples.mailbox("acme", "support", "k-moved", null));
        await().atMost(LIMIT).untilAsserted(() -> {
            assertTrue(directory.byRoutingId("k-moved").isPresent());
            assertEquals(1, directory.all().size());
            assertEquals(Optional.empty(), directory.byRoutingId("k-support"));
            assertEquals(Optional.empty(), directory.byRoutingId("k-globex"));
            assertTrue(directory.isComplete());
        });
    }

    private void put(Mailbox mailbox) throws Exception {
        send(Topics.MAILBOXES, mailbox.key().toString(), KafkaMailboxDirectory.encode(mailbox));
    }

    private void send(Topic topic, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }
}
