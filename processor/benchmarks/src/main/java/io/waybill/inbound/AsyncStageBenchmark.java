package io.waybill.inbound;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.benchmarks.BrokerProcess;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.Permits;
import io.waybill.inbound.topology.Alerts;
import io.waybill.inbound.topology.MailboxSightings;
import io.waybill.inbound.topology.PointerJobTopology;
import io.waybill.inbound.topology.ProbePolicy;
import io.waybill.inbound.topology.RetryPolicy;
import io.waybill.inbound.topology.StageContext;
import io.waybill.inbound.topology.Stopping;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How close the asynchronous stage comes to its physical limit, permits divided by latency: the real page, stores, settings and
 * transactions; only the fetch is a sleep.
 *
 * <pre>AsyncStageBenchmark [jobs=300000] [latencyMs=100] [permits=1024]</pre>
 */
public final class AsyncStageBenchmark {
    private static final int TENANTS = 20;
    private static final int MAILBOXES = 640;
    /** Until the compilers are done: before, the machine's cores are theirs. */
    private static final int WARM_UP = 150_000;

    private final int jobs;
    private final int latencyMs;
    private final int permits;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Counter handled = meters.counter("waybill.jobs.outcomes", "result", "handled");
    private final List<Mailbox> mailboxes = new ArrayList<>();

    private AsyncStageBenchmark(int jobs, int latencyMs, int permits) {
        this.jobs = jobs;
        this.latencyMs = latencyMs;
        this.permits = permits;
        for (int i = 0; i < MAILBOXES; i++) {
            mailboxes.add(mailbox("tenant" + i % TENANTS, "box" + i));
        }
    }

    public static void main(String[] arguments) throws Exception {
        new AsyncStageBenchmark(number(arguments, 0, 300_000), number(arguments, 1, 100), number(arguments, 2, 1024))
                .run();
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void run() throws Exception {
        Path directory = Files.createTempDirectory("waybill-benchmark");
        try (BrokerProcess broker = BrokerProcess.start(directory.resolve("kafka"))) {
            measure(broker.bootstrapServers(), directory);
        }
    }

    private void measure(String servers, Path directory) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            TopicAdmin.create(admin, 8, 1);
        }
        try (Dispatcher dispatcher = new Dispatcher(
                        new Permits(permits, permits, Duration.ofMinutes(2)), (_, _) -> fetch(), Clock.systemUTC());
                KafkaStreams streams = streams(servers, directory, dispatcher);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers, "linger.ms", "5"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            streams.start();
            feed(producer, pointers(0, WARM_UP));
            List<ProducerRecord<byte[], byte[]>> pointers = pointers(WARM_UP, jobs);
            long cpuBefore = cpuNanos();
            long began = System.nanoTime();
            feed(producer, pointers);
            double seconds = (System.nanoTime() - began) / 1e9;
            double rate = jobs / seconds;
            double limit = permits * 1000.0 / latencyMs;
            System.out.printf(
                    "%,d jobs, %d ms, %,d permits: %,.0f jobs/s, limit %,.0f/s, efficiency %.1f %%, %.2f CPU s per"
                            + " 1,000 jobs in this JVM, overflowed %,.0f%n",
                    jobs,
                    latencyMs,
                    permits,
                    rate,
                    limit,
                    100 * rate / limit,
                    (cpuNanos() - cpuBefore) / 1e9 / jobs * 1000,
                    meters.counter("waybill.jobs.overflowed").count());
        }
    }

    /** Made beforehand: what an ingress does is not what is measured. */
    private List<ProducerRecord<byte[], byte[]>> pointers(int from, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(count);
        for (int i = from; i < from + count; i++) {
            PointerJob job =
                    PointerJob.of(mailboxes.get(i % MAILBOXES), ImapPointer.of("INBOX", 1, i + 1L), Instant.now());
            records.add(
                    new ProducerRecord<>(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job)));
        }
        return records;
    }

    /** Keeps so many jobs outstanding that every permit has work, and no more: a queue on disk is not what is measured. */
    private void feed(KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> pointers)
            throws InterruptedException {
        int outstanding = permits * 8;
        double done = handled.count();
        for (int i = 0; i < pointers.size(); i++) {
            while (i - (handled.count() - done) > outstanding) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            var _ = producer.send(pointers.get(i));
        }
        while (handled.count() - done < pointers.size()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private Completion fetch() {
        try {
            TimeUnit.MILLISECONDS.sleep(latencyMs);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return new Completion.Handled(Map.of("tickets", new HandlerState("created", "T-1", true)));
    }

    private KafkaStreams streams(String servers, Path directory, Dispatcher dispatcher) {
        MailboxDirectory known = new InMemoryMailboxDirectory(mailboxes.toArray(Mailbox[]::new));
        StageContext shared = new StageContext(
                "benchmark",
                "benchmark",
                known,
                dispatcher,
                RetryPolicy.DEFAULTS,
                ProbePolicy.DEFAULTS,
                StageContext.SETTLED_HORIZON,
                CommitCountingClients::commitsOfThisThread,
                _ -> true,
                new Stopping(),
                new Alerts(),
                new MailboxSightings(known, meters),
                meters,
                RandomGenerator.getDefault());
        StreamsBuilder builder = new StreamsBuilder();
        PointerJobTopology.build(builder, shared);
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        StreamsSettings.apply(config, directory.resolve("state"), "benchmark");
        return new KafkaStreams(builder.build(), config, new CommitCountingClients());
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static Mailbox mailbox(String tenant, String name) {
        return new Mailbox(
                tenant,
                name,
                name + "@example.com",
                "inc-1",
                List.of(),
                "k-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        "127.0.0.1",
                        143,
                        ImapAccount.Tls.NONE,
                        name,
                        new CredentialReference("env:WAYBILL_SECRET_NONE"),
                        List.of("INBOX"),
                        null),
                false);
    }
}
