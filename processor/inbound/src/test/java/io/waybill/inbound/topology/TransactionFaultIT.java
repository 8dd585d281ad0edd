package io.waybill.inbound.topology;

import static io.waybill.inbound.topology.Pipeline.job;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.Permits;
import io.waybill.sandbox.KafkaFixture;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process dies in the worst moment: the changelog has the job's end, the outcome never left. Exactly-once loses nothing; and to
 * show that this test can fail, at-least-once does.
 */
class TransactionFaultIT {
    private static final Mailbox MAILBOX = Pipeline.mailbox("acme", "support");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void exactlyOnce_losesNothing() throws Exception {
        JobId met = job(MAILBOX, 1).jobId();
        JobId after = job(MAILBOX, 2).jobId();
        assertEquals(
                Set.of(met, after),
                outcomesAfterTheFault(
                        StreamsConfig.EXACTLY_ONCE_V2, (_, seen) -> seen.containsAll(Set.of(met, after))));
    }

    @Test
    void atLeastOnce_losesTheJob() throws Exception {
        JobId after = job(MAILBOX, 2).jobId();
        assertEquals(
                Set.of(after),
                outcomesAfterTheFault(
                        StreamsConfig.AT_LEAST_ONCE,
                        (instance, seen) -> instance.saysItIsSettled() && seen.contains(after)));
    }

    /**
     * Job 1 meets the fault, and the next process is told of it again, and of job 2. The two may end in either order: what says that
     * job 1 has been dealt with is its own outcome, or that the pipeline holds it for settled.
     */
    private Set<JobId> outcomesAfterTheFault(String guarantee, BiPredicate<Instance, Set<JobId>> dealtWith)
            throws Exception {
        try (KafkaFixture kafka = KafkaFixture.startPrivate()) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                TopicAdmin.create(admin, 1, 1);
            }
            DyingClients dying = new DyingClients();
            try (Instance instance = new Instance(kafka, guarantee, directory.resolve("first"), dying)) {
                announce(kafka, job(MAILBOX, 1));
                await().atMost(PATIENCE).until(dying.died::get);
                await().atMost(PATIENCE).until(() -> instance.streams.state() == KafkaStreams.State.ERROR);
            }
            try (Instance instance =
                    new Instance(kafka, guarantee, directory.resolve("second"), new DefaultKafkaClientSupplier())) {
                announce(kafka, job(MAILBOX, 1));
                announce(kafka, job(MAILBOX, 2));
                Set<JobId> seen = new HashSet<>();
                await().atMost(PATIENCE).until(() -> {
                    seen.addAll(outcomes(kafka));
                    return dealtWith.test(instance, seen);
                });
                return seen;
            }
        }
    }

    /** Loses outcomes instead of sending them, lets the changelogs through, and dies before the commit. */
    private static final class DyingClients extends DefaultKafkaClientSupplier {
        final AtomicBoolean armed = new AtomicBoolean();
        final AtomicBoolean died = new AtomicBoolean();

        @Override
        public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
            return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
                @Override
                public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                    if (record.topic().equals(Topics.OUTCOMES.name())) {
                        armed.set(true);
                        return new CompletableFuture<>();
                    }
                    return super.send(record, callback);
                }

                @Override
                public void flush() {
                    super.flush();
                    if (armed.get()) {
                        died.set(true);
                        throw new IllegalStateException("the process dies here");
                    }
                }
            };
        }
    }

    /** One process's pipeline, with a runner that handles everything at once. */
    private static final class Instance implements AutoCloseable {
        private final Dispatcher dispatcher = new Dispatcher(Permits.DEFAULTS, new ScriptedRunner(), Clock.systemUTC());
        private final MeterRegistry meters = new SimpleMeterRegistry();
        private final KafkaStreams streams;

        Instance(KafkaFixture kafka, String guarantee, Path state, DefaultKafkaClientSupplier clients) {
            AtomicLong commits = new AtomicLong();
            MailboxDirectory mailboxes = new InMemoryMailboxDirectory(MAILBOX);
            StageContext shared = new StageContext(
                    "test",
                    state.getFileName().toString(),
                    mailboxes,
                    dispatcher,
                    RetryPolicy.DEFAULTS,
                    ProbePolicy.DEFAULTS,
                    StageContext.SETTLED_HORIZON,
                    commits::incrementAndGet,
                    Lives.known(_ -> true),
                    new Stopping(),
                    new Alerts(),
                    new MailboxSightings(mailboxes, meters),
                    meters,
                    new Random(1));
            StreamsBuilder builder = new StreamsBuilder();
            PointerJobTopology.build(builder, shared);
            Properties config = new Properties();
            config.put(StreamsConfig.APPLICATION_ID_CONFIG, "faults");
            config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
            config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
            config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
            config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
            config.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 3000);
            // How long the second instance waits for the dead one's partitions.
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6000);
            streams = new KafkaStreams(builder.build(), config, clients);
            streams.setUncaughtExceptionHandler(_ -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
            streams.start();
        }

        /** A pointer was dropped because its job has an end. */
        boolean saysItIsSettled() {
            return meters.counter("waybill.jobs.duplicates", "of", "settled").count() > 0;
        }

        @Override
        public void close() {
            streams.close(Duration.ofSeconds(10));
            dispatcher.close();
        }
    }

    private static void announce(KafkaFixture kafka, PointerJob job) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job)))
                    .get();
        }
    }

    private static Set<JobId> outcomes(KafkaFixture kafka) throws Exception {
        Set<JobId> outcomes = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(Topics.OUTCOMES.name(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    outcomes.add(JobOutcome.parse(record.value()).jobId());
                }
            }
        }
        return outcomes;
    }
}
