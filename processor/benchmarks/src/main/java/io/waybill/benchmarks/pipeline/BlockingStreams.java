package io.waybill.benchmarks.pipeline;

import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Topics;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** What one writes first: a processor that fetches while Streams waits, and a store of what is settled. */
final class BlockingStreams implements Arm {
    private static final int THREADS = 6;
    /** A thread stops only when it has done all that it polled, and a thousand are a hundred seconds. */
    private static final int POLLED = 20;

    private static final String SETTLED = "settled";

    private final LongAdder done = new LongAdder();
    private final StreamsRun streams;

    BlockingStreams(ArmSpec spec, JobWork work) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(Topics.POINTERS.name(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .process(new FetchingSupplier(work))
                .to(Topics.OUTCOMES.name(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        streams = StreamsRun.start(spec, builder, config -> {
            config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), POLLED);
        });
    }

    private final class FetchingSupplier implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
        private final JobWork work;

        FetchingSupplier(JobWork work) {
            this.work = work;
        }

        @Override
        public Fetching get() {
            return new Fetching(work);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(SETTLED), Serdes.Bytes(), Serdes.ByteArray())
                    .withCachingDisabled());
        }
    }

    private final class Fetching extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final JobWork work;
        private KeyValueStore<Bytes, byte[]> settled;

        Fetching(JobWork work) {
            this.work = work;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            super.init(context);
            settled = context.getStateStore(SETTLED);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            PointerJob job = JobWork.read(record.key(), record.value());
            Bytes key = Bytes.wrap(job.jobId().bytes());
            if (settled.get(key) != null) {
                return;
            }
            try {
                ProducerRecord<byte[], byte[]> outcome = work.handle(job);
                settled.put(key, now());
                context().forward(record.withKey(outcome.key()).withValue(outcome.value()));
                done.increment();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }

        private byte[] now() {
            return ByteBuffer.allocate(Long.BYTES)
                    .putLong(context().currentSystemTimeMs())
                    .array();
        }
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public void close() {
        streams.close();
    }
}
