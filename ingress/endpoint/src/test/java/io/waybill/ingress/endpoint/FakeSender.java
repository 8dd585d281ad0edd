package io.waybill.ingress.endpoint;

import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.contracts.RecordSender;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Brokers that acknowledge as the test says. */
public final class FakeSender implements RecordSender {
    private final List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
    private volatile IntFunction<CompletableFuture<RecordMetadata>> acks = _ -> acknowledged();

    public static CompletableFuture<RecordMetadata> acknowledged() {
        return CompletableFuture.completedFuture(
                new RecordMetadata(new TopicPartition("mail.pointers", 0), 0, 0, 0, 0, 0));
    }

    /** What the record with the given number, from 0, is answered with. */
    public void answer(IntFunction<CompletableFuture<RecordMetadata>> answers) {
        acks = answers;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        sent.add(record);
        return acks.apply(sent.indexOf(record));
    }

    public int count() {
        return sent.size();
    }

    /** What was sent, as the processor reads it. */
    public List<PointerJob> jobs() {
        return sent.stream()
                .map(record -> switch (PointerJobCodec.decode(record.key(), record.value())) {
                    case Decoded.Job(PointerJob job) -> job;
                    case Decoded.Rejected(var rejection) -> throw new AssertionError(rejection.detail());
                })
                .toList();
    }
}
