package io.waybill.contracts;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The port under {@link PointerProducer}: a producer with idempotence and acks=all. May block while it has no metadata. */
@FunctionalInterface
public interface RecordSender {
    /** Completes when the broker acknowledged the record, or exceptionally. */
    CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record);
}
