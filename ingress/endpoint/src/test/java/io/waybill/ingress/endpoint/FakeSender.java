package io.waybill.ingress.endpoint;

import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.contracts.RecordSender;
import io.waybill.contracts.Topic;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Brokers that acknowledge as the test says. */
public final class FakeSender implements RecordSender {
    private final List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
    private volatile IntFunction<CompletableFuture<RecordMetadata>> acks = _ -> acknowledged();

    private volatile CompletableFuture<RecordMetadata> eventAck = acknowledged();

    public static CompletableFuture<RecordMetadata> acknowledged() {
        return CompletableFuture.completedFuture(
                new RecordMetadata(new TopicPartition("mail.pointers", 0), 0, 0, 0, 0, 0));
    }

    /** What the pointer with the given number, from 0, is answered with. */
    public void answer(IntFunction<CompletableFuture<RecordMetadata>> answers) {
        acks = answers;
    }

    /** What the next event of a subscription is answered with. */
    public void answerEvent(CompletableFuture<RecordMetadata> answer) {
        eventAck = answer;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        sent.add(record);
        if (record.topic().equals(Topics.POINTERS.name())) {
            return acks.apply(count() - 1);
        }
        CompletableFuture<RecordMetadata> ack = eventAck;
        eventAck = acknowledged();
        return ack;
    }

    /** How many pointers were sent. */
    public int count() {
        return (int) sent(Topics.POINTERS).count();
    }

    /** What was sent, as the processor reads it. */
    public List<PointerJob> jobs() {
        return sent(Topics.POINTERS)
                .map(record -> job(record.key(), record.value()))
                .toList();
    }

    static PointerJob job(byte[] key, byte[] value) {
        return switch (PointerJobCodec.decode(key, value)) {
            case Decoded.Job(PointerJob job) -> job;
            case Decoded.Rejected(var rejection) -> throw new AssertionError(rejection.detail());
        };
    }

    /** What was sent about subscriptions, by its key; the last of each. */
    public Map<String, String> events() {
        return sent(Topics.SUBSCRIPTIONS)
                .collect(Collectors.toMap(
                        record -> new String(record.key(), StandardCharsets.UTF_8),
                        record -> new String(record.value(), StandardCharsets.UTF_8),
                        (_, last) -> last));
    }

    private Stream<ProducerRecord<byte[], byte[]>> sent(Topic topic) {
        return sent.stream().filter(record -> record.topic().equals(topic.name()));
    }
}
