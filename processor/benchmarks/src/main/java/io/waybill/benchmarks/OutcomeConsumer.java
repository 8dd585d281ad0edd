package io.waybill.benchmarks;

import io.waybill.contracts.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer of the outcomes, as anybody has one who takes only what is committed. */
public final class OutcomeConsumer {
    private OutcomeConsumer() {}

    /**
     * What comes after this is read, and nothing that was there before.
     *
     * @param servers of a broker whose topics exist
     */
    public static KafkaConsumer<byte[], byte[]> fromNowOn(String servers) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.OUTCOMES.name()).stream()
                .map(known -> new TopicPartition(known.topic(), known.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // It seeks when it is asked where it is, and not before.
        partitions.forEach(consumer::position);
        return consumer;
    }
}
