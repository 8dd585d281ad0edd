package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final String TOPIC = "waybill.sandbox";

    @TempDir
    Path data;

    @Test
    void startAgain_afterAStop_servesWhatWasStored() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            create(broker);
            transact(broker, true, "first");
            broker.stop();
            assertTrue(LoopbackPort.isFree(broker.port()));

            broker.startAgain();
            transact(broker, true, "second");

            assertEquals(List.of("first", "second"), committed(broker, 2));
        }
    }

    @Test
    void start_onTheDataOfAnEarlierRunWithOtherPorts_servesWhatWasStored() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            create(broker);
            transact(broker, true, "kept");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            assertEquals(List.of("kept"), committed(broker, 1));
        }
    }

    @Test
    void transaction_aborted_isNotSeenByReadCommitted() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            create(broker);
            transact(broker, false, "aborted");
            transact(broker, true, "committed");

            assertEquals(List.of("committed"), committed(broker, 1));
        }
    }

    @Test
    void start_onATakenPort_namesThePortAndTheWayOut() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SandboxException refused =
                    assertThrows(SandboxException.class, () -> EmbeddedBroker.start(data, taken.getLocalPort()));

            assertTrue(refused.getMessage().contains(Integer.toString(taken.getLocalPort())), refused.getMessage());
            assertTrue(refused.wayOut().contains("--kafka-port"), refused.wayOut());
        }
    }

    @Test
    void start_onADirectoryInUse_saysSo() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
            SandboxException refused = assertThrows(SandboxException.class, () -> EmbeddedBroker.start(data, 0));

            assertTrue(refused.getMessage().contains(data.toString()), refused.getMessage());
            assertEquals("127.0.0.1:" + broker.port(), broker.bootstrapServers());
        }
    }

    private static void create(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
    }

    private static void transact(EmbeddedBroker broker, boolean commit, String value) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "sandbox-" + value);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, value, value)).get();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static List<String> committed(EmbeddedBroker broker, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            consumer.seekToBeginning(consumer.assignment());
            Instant deadline = Instant.now().plusSeconds(20);
            while (values.size() < count && Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> values.add(each.value()));
            }
        }
        return values;
    }
}
