package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.PointerProducers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Gives an arm a new job for each that it has done, so that so many are outstanding and no more. The records are made before: what
 * making them costs is an ingress's.
 */
final class Feed implements AutoCloseable {
    private static final int LINGER_MS = 5;

    private final List<ProducerRecord<byte[], byte[]>> jobs;
    private final int outstanding;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean ranOut;

    private Feed(
            String bootstrapServers, List<ProducerRecord<byte[], byte[]>> jobs, int outstanding, LongSupplier done) {
        this.jobs = jobs;
        this.outstanding = outstanding;
        producer = PointerProducers.producer(bootstrapServers, LINGER_MS);
        thread = Thread.ofPlatform().name("feed").daemon().start(() -> feed(done));
    }

    /** The first so many jobs. */
    static List<ProducerRecord<byte[], byte[]>> jobs(int count) {
        return IntStream.range(0, count).mapToObj(Jobs::pointer).toList();
    }

    /** Writes all of them now. */
    static void fill(String bootstrapServers, int count) {
        try (KafkaProducer<byte[], byte[]> producer = PointerProducers.producer(bootstrapServers, LINGER_MS)) {
            for (int i = 0; i < count; i++) {
                var _ = producer.send(Jobs.pointer(i));
            }
        }
    }

    /** Begins to feed an arm that says how much it has done. */
    static Feed start(
            String bootstrapServers, List<ProducerRecord<byte[], byte[]>> jobs, int outstanding, LongSupplier done) {
        return new Feed(bootstrapServers, jobs, outstanding, done);
    }

    private void feed(LongSupplier done) {
        try {
            for (int i = 0; i < jobs.size(); i++) {
                while (i - done.getAsLong() >= outstanding) {
                    if (stopping) {
                        return;
                    }
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                var _ = producer.send(jobs.get(i));
            }
            ranOut = true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there were not jobs enough. */
    boolean ranOut() {
        return ranOut;
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join();
        producer.close();
    }
}
