package io.waybill.contracts;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Over a producer that is made when it is first needed, so that an application starts without a broker.
 *
 * @param producer gives the same one each time; with acks=all and idempotence
 */
public record KafkaRecordSender(Supplier<Producer<byte[], byte[]>> producer) implements RecordSender {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same, without a thread that waits for it
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
        producer.get().send(record, (metadata, failure) -> {
            if (failure == null) {
                acknowledged.complete(metadata);
            } else {
                acknowledged.completeExceptionally(failure);
            }
        });
        return acknowledged;
    }
}
