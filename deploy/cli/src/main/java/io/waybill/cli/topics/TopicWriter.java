package io.waybill.cli.topics;

import io.waybill.contracts.RecordSender;
import io.waybill.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records that are durable when {@link #flush} returns: idempotent, acknowledged by all. Throws
 * {@link io.waybill.cli.Problem} where Kafka does not take them.
 */
public final class TopicWriter implements RecordSender, AutoCloseable {
    private static final int DELIVERY_MS = 15_000;

    private final Map<String, Object> kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<CompletableFuture<RecordMetadata>> open = new ArrayList<>();

    /** @param kafka how to reach the brokers */
    public TopicWriter(Map<String, Object> kafka) {
        this.kafka = kafka;
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "waybill-cli");
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MS / 3);
        try {
            producer = new KafkaProducer<>(config);
        } catch (KafkaException failed) {
            throw KafkaTrouble.of(failed, kafka);
        }
    }

    /** Starts to write; a null value is a tombstone. */
    public void put(Topic topic, String key, byte[] value) {
        open.add(send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value)));
    }

    /** Waits until everything that was put is acknowledged. */
    public void flush() {
        try {
            CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
            open.clear();
        } catch (CompletionException failed) {
            throw KafkaTrouble.of(
                    failed.getCause() instanceof KafkaException known ? known : new KafkaException(failed.getCause()),
                    kafka);
        }
    }

    /** Waits until the topic's partitions are known, which the first record would otherwise wait for. */
    public void prepare(Topic topic) {
        try {
            producer.partitionsFor(topic.name());
        } catch (KafkaException failed) {
            throw KafkaTrouble.of(failed, kafka);
        }
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
        try {
            var _ = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    acknowledged.complete(metadata);
                } else {
                    acknowledged.completeExceptionally(failure);
                }
            });
        } catch (KafkaException failed) {
            acknowledged.completeExceptionally(failed);
        }
        return acknowledged;
    }

    @Override
    public void close() {
        producer.close();
    }
}
