package io.waybill.benchmarks;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Producers with the settings of an ingress. */
public final class PointerProducers {
    private PointerProducers() {}

    /** Waits for all replicas and repeats without doubling, as is the default; the topic of pointers takes batches up to 64 KiB. */
    public static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, int lingerMs) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG, lingerMs,
                        ProducerConfig.BATCH_SIZE_CONFIG, 60_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
