package io.waybill.e2e;

import io.waybill.contracts.JobId;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the committed outcomes along: who looks often need not read all of them each time. */
final class OutcomeTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int AT_ONCE = 500;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<JobId> seen = new HashSet<>();

    OutcomeTail(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "max.poll.records", AT_ONCE),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.OUTCOMES.name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The jobs that have one by now, as far as they are read. */
    Set<JobId> jobs() {
        int read;
        do {
            var records = consumer.poll(POLL);
            records.forEach(record -> seen.add(new JobId(new String(record.key(), StandardCharsets.US_ASCII))));
            read = records.count();
            // Where mail keeps coming there is always more; what is left over is for the next look.
        } while (read == AT_ONCE);
        return seen;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
