package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.PointerProducers;
import io.waybill.contracts.JobId;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Topics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * The floor: nothing is kept. Offsets are committed while their jobs are still running, and what was done is known until the next
 * restart. How much faster that is, is what guarantees cost.
 */
final class HandWrittenConsumer implements Arm {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int LINGER_MS = 5;

    private final LongAdder done = new LongAdder();
    private final JobWork work;
    private final Semaphore permits;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ExecutorService jobs = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread poller;
    private volatile boolean stopping;

    HandWrittenConsumer(ArmSpec spec, JobWork work) {
        this.work = work;
        permits = new Semaphore(spec.cap());
        producer = PointerProducers.producer(spec.bootstrapServers(), LINGER_MS);
        poller = Thread.ofPlatform().name("poller").start(() -> poll(spec));
    }

    private void poll(ArmSpec spec) {
        Set<JobId> seen = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.ofGroup(spec, Map.of())) {
            consumer.subscribe(List.of(Topics.POINTERS.name()));
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    PointerJob job = JobWork.read(record.key(), record.value());
                    if (seen.add(job.jobId())) {
                        permits.acquireUninterruptibly();
                        jobs.execute(() -> run(job));
                    }
                }
            }
        }
    }

    private void run(PointerJob job) {
        try {
            var _ = producer.send(work.handle(job), (_, failed) -> {
                if (failed == null) {
                    done.increment();
                }
            });
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            permits.release();
        }
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        poller.join();
        jobs.close();
        producer.close();
    }
}
