package io.waybill.cli.topics;

import io.waybill.cli.Problem;
import io.waybill.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics once, from their beginning to where they end when the reading starts, and only what is committed. Throws {@link Problem}
 * where Kafka does not answer.
 */
public final class TopicReader {
    /** How long a broker may take over one answer; people wait for it. */
    private static final int ANSWER_MS = 15_000;

    private static final Duration POLL = Duration.ofMillis(200);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final Duration TABLE_WITHIN = Duration.ofMinutes(5);

    private final Map<String, Object> kafka;
    private final Duration tableWithin;

    /** @param kafka how to reach the brokers */
    public TopicReader(Map<String, Object> kafka) {
        this(kafka, TABLE_WITHIN);
    }

    TopicReader(Map<String, Object> kafka, Duration tableWithin) {
        this.kafka = kafka;
        this.tableWithin = tableWithin;
    }

    /**
     * The last record of each key that is not a tombstone, in the order of their first writing within each partition. Throws {@link
     * Problem} where the end was not reached: half a table names fewer than there are.
     */
    public Map<String, ConsumerRecord<byte[], byte[]>> table(Topic topic) {
        Map<String, ConsumerRecord<byte[], byte[]>> table = new LinkedHashMap<>();
        boolean whole = read(topic, ALL_PARTITIONS, tableWithin, record -> {
            if (record.key() == null) {
                return;
            }
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                table.remove(key);
            } else {
                table.put(key, record);
            }
        });
        if (!whole) {
            throw Problem.incomplete(
                    "the topic could not be read to its end within " + tableWithin.toSeconds() + " s",
                    topic.name(),
                    "Look at the broker's load and the connection to it, then try again.");
        }
        return table;
    }

    /** For {@link #read}: every partition. */
    public static final IntUnaryOperator ALL_PARTITIONS = partitions -> -1;

    /**
     * Hands over every record.
     *
     * @param which the one partition to read, of so many; -1 for all
     * @param limit when to give up
     * @return false where the limit passed before the end was reached
     */
    public boolean read(
            Topic topic, IntUnaryOperator which, Duration limit, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config())) {
            List<TopicPartition> partitions = partitions(consumer, topic, which);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            while (true) {
                ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                if (ends.isEmpty()) {
                    return true;
                }
                if (System.nanoTime() > deadline) {
                    return false;
                }
                consumer.poll(POLL).forEach(sink);
            }
        } catch (KafkaException failed) {
            throw KafkaTrouble.of(failed, kafka);
        }
    }

    /** Waits until all that is before these offsets can be read, and no longer than the limit. */
    void awaitCommitted(Map<TopicPartition, Long> offsets, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config())) {
            consumer.assign(offsets.keySet());
            while (isBehind(consumer.endOffsets(offsets.keySet()), offsets) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (KafkaException unknown) {
            // It is committed all the same; only when it can be read is not known.
        }
    }

    private static boolean isBehind(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream().anyMatch(wanted -> ends.get(wanted.getKey()) < wanted.getValue());
    }

    private List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, Topic topic, IntUnaryOperator which) {
        var found = consumer.partitionsFor(topic.name());
        if (found == null || found.isEmpty()) {
            throw KafkaTrouble.missing(topic.name());
        }
        int only = which.applyAsInt(found.size());
        return found.stream()
                .filter(info -> only < 0 || info.partition() == only)
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(kafka);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "waybill-cli");
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS / 3);
        return config;
    }

    /** When the broker took a record. */
    public static Instant time(ConsumerRecord<byte[], byte[]> record) {
        return Instant.ofEpochMilli(record.timestamp());
    }
}
