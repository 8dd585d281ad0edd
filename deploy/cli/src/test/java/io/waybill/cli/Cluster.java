package io.waybill.cli;

import io.waybill.cli.topics.TopicReader;
import io.waybill.contracts.Topic;
import io.waybill.contracts.TopicAdmin;
import io.waybill.sandbox.KafkaFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The broker of this JVM with all topics, to produce into and to look at by hand. Take tenants of your own: it is not empty. */
public final class Cluster {
    private static final KafkaFixture BROKER = KafkaFixture.shared();

    private Cluster() {}

    public static Cluster start() throws InterruptedException {
        Cluster cluster = new Cluster();
        try (Admin admin = Admin.create(cluster.kafka())) {
            TopicAdmin.create(admin, 4, 1);
        }
        return cluster;
    }

    public Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", BROKER.bootstrapServers());
    }

    /** A command line that talks to this broker. */
    public Run run(Path home) {
        return new Run(home)
                .with("WAYBILL_BOOTSTRAP_SERVERS", BROKER.bootstrapServers())
                .with("USER", "tester");
    }

    /** Produces one record and waits for its acknowledgement. */
    public void put(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        put(List.of(record));
    }

    public void put(List<ProducerRecord<byte[], byte[]>> records) throws InterruptedException {
        Map<String, Object> config = Map.of("bootstrap.servers", BROKER.bootstrapServers(), "acks", "all");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> acks = new ArrayList<>();
            records.forEach(record -> acks.add(producer.send(record)));
            for (Future<?> ack : acks) {
                ack.get();
            }
        } catch (ExecutionException failed) {
            throw new AssertionError(failed);
        }
    }

    public static ProducerRecord<byte[], byte[]> entry(Topic topic, String key, byte[] value) {
        return new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** All committed records, tombstones included. */
    public List<ConsumerRecord<byte[], byte[]>> read(Topic topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        new TopicReader(kafka()).read(topic, TopicReader.ALL_PARTITIONS, Duration.ofSeconds(30), records::add);
        return records;
    }
}
