package io.waybill.ingress.endpoint;

import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with the topics and one mailbox, and what pushes to it, which is away until it is told to come; it can go away again. */
public final class LateBroker implements AutoCloseable {
    private final EmbeddedBroker broker;

    public LateBroker(Path data, Mailbox mailbox, PushRegistration... registrations) throws Exception {
        broker = EmbeddedBroker.start(data, 0);
        try (Admin admin = Admin.create(client())) {
            TopicAdmin.create(admin, 4, 1);
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Topics.MAILBOXES.name(), mailbox.key().bytes(), KafkaMailboxDirectory.encode(mailbox)))
                    .get();
            for (PushRegistration registration : registrations) {
                producer.send(new ProducerRecord<>(
                                Topics.CONTROLS.name(),
                                registration.key().getBytes(StandardCharsets.UTF_8),
                                KafkaMailboxDirectory.encode(registration)))
                        .get();
            }
        }
        broker.stop();
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    public void come() {
        broker.startAgain();
    }

    public void goAway() {
        broker.stop();
    }

    /** All of mail.pointers, from its beginning to its end. */
    public List<ConsumerRecord<byte[], byte[]>> pointers() {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.POINTERS.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** The same, as the processor reads it. */
    public List<PointerJob> jobs() {
        return pointers().stream()
                .map(record -> FakeSender.job(record.key(), record.value()))
                .toList();
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    @Override
    public void close() {
        broker.close();
    }
}
