package io.waybill.contracts;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.TopicAdmin.Difference;
import io.waybill.sandbox.KafkaFixture;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The topics on a real broker, from nothing: one life, in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TopicAdminIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private KafkaFixture kafka;
    private Admin admin;

    @BeforeAll
    void start() {
        kafka = KafkaFixture.startPrivate();
        admin = Admin.create(client());
    }

    @AfterAll
    void stop() {
        if (admin != null) {
            admin.close();
        }
        kafka.close();
    }

    @Test
    @Order(1)
    void check_nothingThere() throws Exception {
        assertEquals(
                Topics.ALL.stream().<Difference>map(Difference.Missing::new).toList(), TopicAdmin.check(admin));
    }

    @Test
    @Order(2)
    void create_byTwoAtOnce_andAgain() throws Exception {
        try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Topic>> one = both.submit(() -> TopicAdmin.create(admin, 4, 1));
            Future<List<Topic>> other = both.submit(() -> TopicAdmin.create(admin, 4, 1));
            assertEquals(Topics.ALL.size(), one.get().size() + other.get().size());
        }
        assertEquals(List.of(), TopicAdmin.create(admin, 6, 1));
        assertEquals(List.of(), differences(0));
    }

    @Test
    @Order(3)
    void create_policiesAreTheBrokers() throws Exception {
        for (Topic topic : Topics.ALL) {
            Config config = config(topic);
            topic.config()
                    .forEach((name, value) ->
                            assertEquals(value, config.get(name).value(), topic.name() + " " + name));
            assertEquals("LogAppendTime", config.get("message.timestamp.type").value());
        }
        assertEquals("2592000000", config(Topics.OUTCOMES).get("retention.ms").value());
        assertEquals(
                "compact", config(Topics.DEAD_LETTERS).get("cleanup.policy").value());
        var described = admin.describeTopics(List.of("mail.pointers", "mail.pointers.retry", "mail.controls"))
                .allTopicNames()
                .get();
        assertEquals(4, described.get("mail.pointers").partitions().size());
        assertEquals(4, described.get("mail.pointers.retry").partitions().size());
        assertEquals(1, described.get("mail.controls").partitions().size());
    }

    /** What the code forgot to refuse. */
    @Test
    @Order(4)
    void broker_refusesLargePointers() throws Exception {
        Map<String, Object> careless = new HashMap<>(client());
        careless.put("max.request.size", 10_000_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(careless, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Topic topic : List.of(Topics.POINTERS, Topics.RETRY)) {
                producer.send(record(topic, 60 * 1024)).get();
                ExecutionException refused = assertThrows(
                        ExecutionException.class,
                        () -> producer.send(record(topic, 64 * 1024)).get());
                assertInstanceOf(RecordTooLargeException.class, refused.getCause());
            }
            producer.send(record(Topics.DEAD_LETTERS, 64 * 1024)).get();
        }
    }

    @Test
    @Order(5)
    void check_otherSetting() throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        resource(Topics.OUTCOMES),
                        List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        Difference difference = differences(1).getFirst();
        assertEquals("mail.outcomes has retention.ms=1000, wanted is 2592000000", difference.text());
        assertTrue(!difference.blocking());
    }

    @Test
    @Order(6)
    void check_otherPartitions() throws Exception {
        admin.createPartitions(Map.of("mail.pointers", NewPartitions.increaseTo(5)))
                .all()
                .get();
        Difference difference = differences(2).getLast();
        assertEquals(
                "mail.pointers.retry has 4 partitions and mail.pointers has 5: they must be equal", difference.text());
        assertTrue(difference.blocking());
    }

    /** The broker that is asked hears of a change somewhat after the controller has made it. */
    private List<Difference> differences(int count) {
        return await().atMost(LIMIT).until(() -> TopicAdmin.check(admin), differences -> differences.size() == count);
    }

    private static ProducerRecord<byte[], byte[]> record(Topic topic, int bytes) {
        return new ProducerRecord<>(topic.name(), Samples.KEY.bytes(), new byte[bytes]);
    }

    private Config config(Topic topic) throws Exception {
        return admin.describeConfigs(List.of(resource(topic)))
                .values()
                .get(resource(topic))
                .get();
    }

    private static ConfigResource resource(Topic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }
}
