package io.waybill.benchmarks.pipeline;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.waybill.benchmarks.PointerProducers;
import io.waybill.contracts.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Confluent's parallel consumer, in its fastest mode: no order, offsets committed now and then, and no transaction. */
final class ParallelConsumerArm implements Arm {
    /** Each job has a platform thread; so many do 40,960 jobs of 100 ms a second. */
    private static final int MAX_THREADS = 4096;
    /** Where nothing is fetched, a thread waits for an acknowledgement alone: more would only take turns. */
    private static final int THREADS_WITHOUT_FETCH = 256;
    /** Ten seconds by default, which a busy machine takes to end thousands of threads. */
    private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(40);
    /** Its threads wait for the acknowledgement, so lingering would be paid from the cap. */
    private static final int LINGER_MS = 1;

    private final LongAdder done = new LongAdder();
    private final JobWork work;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ParallelStreamProcessor<byte[], byte[]> processor;

    ParallelConsumerArm(ArmSpec spec, JobWork work) {
        this.work = work;
        KafkaConsumer<byte[], byte[]> consumer =
                Consumers.ofGroup(spec, Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false));
        producer = PointerProducers.producer(spec.bootstrapServers(), LINGER_MS);
        processor = ParallelStreamProcessor.createEosStreamProcessor(ParallelConsumerOptions.<byte[], byte[]>builder()
                .ordering(ParallelConsumerOptions.ProcessingOrder.UNORDERED)
                .commitMode(ParallelConsumerOptions.CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
                .maxConcurrency(threads(spec))
                .consumer(consumer)
                .producer(producer)
                .shutdownTimeout(SHUTDOWN_LIMIT)
                .build());
        processor.subscribe(List.of(Topics.POINTERS.name()));
        processor.pollAndProduce(polled -> handle(polled.key(), polled.value()), _ -> done.increment());
    }

    private static int threads(ArmSpec spec) {
        return Math.min(spec.cap(), spec.latency().isZero() ? THREADS_WITHOUT_FETCH : MAX_THREADS);
    }

    private ProducerRecord<byte[], byte[]> handle(byte[] key, byte[] value) {
        try {
            return work.handle(JobWork.read(key, value));
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public void close() {
        processor.close();
        producer.close();
    }
}
