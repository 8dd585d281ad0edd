package io.waybill.inbound;

import io.micronaut.configuration.kafka.streams.KafkaStreamsFactory;
import io.micronaut.context.annotation.Replaces;
import jakarta.inject.Singleton;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Kafka Streams' clients, with one addition: each stream thread knows how many transactions it committed. That is how a job can wait
 * until its row is durable, without asking the broker.
 */
@Singleton
@Replaces(value = KafkaClientSupplier.class, factory = KafkaStreamsFactory.class)
public class CommitCountingClients extends DefaultKafkaClientSupplier {
    private static final ThreadLocal<long[]> COMMITS = ThreadLocal.withInitial(() -> new long[1]);

    /** Transactions that the calling stream thread committed. */
    static long commitsOfThisThread() {
        return COMMITS.get()[0];
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public void commitTransaction() {
                super.commitTransaction();
                COMMITS.get()[0]++;
            }
        };
    }
}
