package io.waybill.benchmarks.pipeline;

import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is to be read, read committed, when an arm has ended. The topic is new in each round and has the broker's own times, so this
 * needs nobody's word: an outcome counts for the time in which the broker took it.
 *
 * @param measured outcomes of the time that was measured
 * @param all outcomes from the arm's start to its end
 * @param repeated outcomes of a job that has one already
 */
record Outcomes(long measured, long all, long repeated) {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /**
     * @param keyed whether the key is the job's
     * @param from when measuring began
     * @param to when it ended
     */
    static Outcomes read(String bootstrapServers, boolean keyed, Instant from, Instant to) {
        long measured = 0;
        long all = 0;
        Set<String> jobs = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers)) {
            Map<TopicPartition, Long> ends = assign(consumer);
            Instant deadline = Instant.now().plus(LIMIT);
            while (!isAt(consumer, ends)) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("the outcomes could not be read within " + LIMIT);
                }
                for (ConsumerRecord<byte[], byte[]> outcome : consumer.poll(POLL)) {
                    all++;
                    if (outcome.timestamp() >= from.toEpochMilli() && outcome.timestamp() < to.toEpochMilli()) {
                        measured++;
                    }
                    if (keyed) {
                        jobs.add(new String(outcome.key(), StandardCharsets.US_ASCII));
                    }
                }
            }
        }
        return new Outcomes(measured, all, keyed ? all - jobs.size() : 0);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        20_000,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        8 * 1024 * 1024),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static Map<TopicPartition, Long> assign(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.OUTCOMES.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer.endOffsets(partitions);
    }

    private static boolean isAt(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
