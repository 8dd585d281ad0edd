package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.PointerProducers;
import io.waybill.contracts.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka's queues: members of a share group, each of which takes a batch, runs its jobs on virtual threads, and acknowledges each
 * record once its outcome is there. The next batch waits for the slowest of the one before, so there are several members.
 */
final class ShareGroup implements Arm {
    private static final int MEMBERS = 4;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int LINGER_MS = 1;
    /** What the broker gives out of one partition before some of it is acknowledged, and a member's batch at most. */
    private static final int MAX_BATCH = 2000;

    private final LongAdder done = new LongAdder();
    private final JobWork work;
    private final Semaphore permits;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ExecutorService jobs = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> members = new ArrayList<>();
    private volatile boolean stopping;

    ShareGroup(ArmSpec spec, JobWork work) throws InterruptedException, ExecutionException {
        this.work = work;
        permits = new Semaphore(spec.cap());
        producer = PointerProducers.producer(spec.bootstrapServers(), LINGER_MS);
        beginWithTheFirstRecord(spec);
        for (int i = 0; i < MEMBERS; i++) {
            members.add(Thread.ofPlatform().name("member-" + i).start(() -> consume(spec)));
        }
    }

    private static void beginWithTheFirstRecord(ArmSpec spec) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, spec.applicationId()),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private void consume(ArmSpec spec) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                spec.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                spec.applicationId(),
                ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG,
                "explicit",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                Math.min(MAX_BATCH, Math.max(1, spec.cap() / MEMBERS)));
        try (KafkaShareConsumer<byte[], byte[]> member =
                new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            member.subscribe(List.of(Topics.POINTERS.name()));
            while (!stopping) {
                handle(member);
            }
            member.commitSync();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** One batch; its acknowledgements travel with the next poll. */
    private void handle(KafkaShareConsumer<byte[], byte[]> member) throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        List<Future<Sent>> running = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : member.poll(POLL)) {
            batch.add(record);
            running.add(jobs.submit(() -> run(record)));
        }
        for (int i = 0; i < batch.size(); i++) {
            member.acknowledge(batch.get(i), outcome(running.get(i)));
        }
    }

    /** An outcome that is on its way to the broker. */
    private record Sent(Future<RecordMetadata> answer) {}

    private Sent run(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
        permits.acquire();
        try {
            return new Sent(producer.send(work.handle(JobWork.read(record.key(), record.value()))));
        } finally {
            permits.release();
        }
    }

    private AcknowledgeType outcome(Future<Sent> running) throws InterruptedException {
        try {
            running.get().answer().get();
            done.increment();
            return AcknowledgeType.ACCEPT;
        } catch (ExecutionException failed) {
            return AcknowledgeType.RELEASE;
        }
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        for (Thread member : members) {
            member.join();
        }
        jobs.close();
        producer.close();
    }
}
