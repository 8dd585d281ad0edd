package io.waybill.benchmarks.pipeline;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The consumers of the arms without Streams. */
final class Consumers {
    /** A member of the group named as the application, which begins with the first record. */
    static KafkaConsumer<byte[], byte[]> ofGroup(ArmSpec spec, Map<String, Object> further) {
        Map<String, Object> config = new HashMap<>(further);
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.bootstrapServers());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, spec.applicationId());
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Consumers() {}
}
