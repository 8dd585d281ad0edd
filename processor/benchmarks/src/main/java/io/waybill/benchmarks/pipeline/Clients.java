package io.waybill.benchmarks.pipeline;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's clients, as the arms without Streams and the benchmark itself have them. */
final class Clients {
    /** Waits for all replicas and repeats without doubling, as is the default; the topic of pointers takes batches up to 64 KiB. */
    static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, int lingerMs) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG, lingerMs,
                        ProducerConfig.BATCH_SIZE_CONFIG, 60_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A member of the group named as the application, which begins with the first record. */
    static KafkaConsumer<byte[], byte[]> consumer(ArmSpec spec, Map<String, Object> further) {
        Map<String, Object> config = new HashMap<>(further);
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.bootstrapServers());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, spec.applicationId());
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Clients() {}
}
