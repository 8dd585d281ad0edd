package io.waybill.benchmarks.ingress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the ingress is compared with: a producer that has the records ready, sends a thousand and waits for their acknowledgements. It
 * has the settings of the ingress's own.
 */
final class ProducerAlone implements AutoCloseable {
    private static final int BATCH = 1000;
    /** Sent again and again; the broker does not look into them. */
    private static final int DISTINCT = 12 * BATCH;

    private final List<ProducerRecord<byte[], byte[]>> records;
    private final KafkaProducer<byte[], byte[]> producer;

    ProducerAlone(String bootstrapServers, Callbacks callbacks) {
        records = IntStream.range(0, DISTINCT).mapToObj(callbacks::record).toList();
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        2,
                        "batch.size",
                        60_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Of a record, key and value. */
    int recordBytes() {
        return records.getFirst().key().length + records.getFirst().value().length;
    }

    /** Records that were acknowledged, and in which time. */
    record Sent(long records, Duration took) {
        double perSecond() {
            return records / (took.toNanos() / 1e9);
        }
    }

    Sent send(Duration time) throws InterruptedException, ExecutionException {
        long began = System.nanoTime();
        long sent = 0;
        List<Future<RecordMetadata>> acks = new ArrayList<>(BATCH);
        while (System.nanoTime() - began < time.toNanos()) {
            acks.clear();
            for (int i = 0; i < BATCH; i++) {
                acks.add(producer.send(records.get((int) ((sent + i) % DISTINCT))));
            }
            // Nothing more comes until these are there, so the linger would be lost time.
            producer.flush();
            for (Future<RecordMetadata> ack : acks) {
                ack.get();
            }
            sent += BATCH;
        }
        return new Sent(sent, Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public void close() {
        producer.close();
    }
}
