package io.waybill.cli.topics;

import io.waybill.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes in one transaction, all of it or nothing, and keeps out whoever writes under the same transactional id. What is read after it
 * was opened nobody else can have changed when {@link #commit} returns. Throws {@link TakenOver} where another one was opened meanwhile,
 * and {@link io.waybill.cli.Problem} where Kafka does not take it.
 */
public final class ExclusiveWriter implements AutoCloseable {
    /** What one that is killed may hide from readers; the next one ends that sooner. */
    private static final int TRANSACTION_TIMEOUT_MS = 10_000;

    /** An abort that nobody hears of is made by the next one, or by the timeout. */
    public static final Duration ABORT_WITHIN = Duration.ofSeconds(5);

    private final Map<String, Object> kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Visibility visibility = new Visibility();
    private boolean begun;

    /**
     * Shuts out those before.
     *
     * @param kafka how to reach the brokers
     * @param transactionalId the same for all that must not write at once
     */
    public ExclusiveWriter(Map<String, Object> kafka, String transactionalId) {
        this.kafka = kafka;
        try {
            producer = new KafkaProducer<>(config(kafka, transactionalId));
        } catch (KafkaException failed) {
            throw KafkaTrouble.of(failed, kafka);
        }
        try {
            producer.initTransactions();
        } catch (KafkaException failed) {
            producer.close(ABORT_WITHIN);
            throw trouble(failed);
        }
    }

    /** Another one was opened: nothing of what was put is written. */
    public static final class TakenOver extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TakenOver(KafkaException cause) {
            super(cause);
        }
    }

    /** Starts to write; a null value is a tombstone. Nobody sees it before {@link #commit}. */
    public void put(Topic topic, String key, byte[] value) {
        try {
            if (!begun) {
                // Not before: a transaction of nothing takes seconds to close.
                producer.beginTransaction();
                begun = true;
            }
            var _ = producer.send(
                    new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value), visibility);
        } catch (KafkaException failed) {
            throw trouble(failed);
        }
    }

    /** Makes everything that was put durable, at once, and readable when it returns. */
    public void commit() {
        if (!begun) {
            return;
        }
        try {
            commit(producer);
        } catch (KafkaException failed) {
            throw trouble(failed);
        }
        visibility.await(kafka);
    }

    /** Commits. After a timeout nobody knows whether it is committed, and only a repeat of the same call may tell. */
    public static void commit(Producer<?, ?> producer) {
        try {
            producer.commitTransaction();
        } catch (TimeoutException unknown) {
            producer.commitTransaction();
        }
    }

    /** Undoes what was not committed. */
    @Override
    public void close() {
        producer.close(ABORT_WITHIN);
    }

    private RuntimeException trouble(KafkaException failed) {
        return KafkaTrouble.isFenced(failed) ? new TakenOver(failed) : KafkaTrouble.of(failed, kafka);
    }

    private static Map<String, Object> config(Map<String, Object> kafka, String transactionalId) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 3_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TRANSACTION_TIMEOUT_MS - 1_000);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return config;
    }
}
