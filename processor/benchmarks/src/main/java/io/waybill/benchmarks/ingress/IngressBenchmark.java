package io.waybill.benchmarks.ingress;

import io.waybill.benchmarks.BrokerProcess;
import io.waybill.benchmarks.Spread;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How much of a provider's callbacks its ingress takes: side by side with a producer alone, how soon it answers at half of that, and
 * whether its heap stays as it is, with and without a broker. Run it in the root of the built tree; {@link Plan} has the properties.
 */
public final class IngressBenchmark {
    private final Plan plan;
    private final Path directory;
    private final BrokerProcess broker;
    private final Admin admin;
    private final Callbacks callbacks;
    private final Load load;
    private final List<IngressProcess> ingresses = new ArrayList<>();
    private final List<Arm> arms = new ArrayList<>();

    private IngressBenchmark(Plan plan, Callbacks callbacks, Path directory, BrokerProcess broker, Admin admin) {
        this.plan = plan;
        this.callbacks = callbacks;
        this.load = new Load(callbacks);
        this.directory = directory;
        this.broker = broker;
        this.admin = admin;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("waybill-benchmark");
        Plan plan = Plan.ofProcess();
        try (Callbacks callbacks = plan.callbacks();
                BrokerProcess broker = BrokerProcess.start(directory.resolve("kafka"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            new IngressBenchmark(plan, callbacks, directory, broker, admin).run();
        } finally {
            // Minutes at the maximum rate are gigabytes of records and of log.
            delete(directory);
        }
    }

    private void run() throws Exception {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        say(
                "%d processors, load of the last minute %.1f%n",
                system.getAvailableProcessors(), system.getSystemLoadAverage());
        TopicAdmin.create(admin, Topics.DEFAULT_PARTITIONS, 1);
        enterMailboxes();
        try {
            startIngresses();
            warmUp();
            if (plan.rounds() > 0) {
                measureRates();
            }
            if (plan.rounds() > 0 && plan.latency().isPositive()) {
                measureLatencies();
            }
            watchHeaps();
        } finally {
            for (IngressProcess ingress : ingresses) {
                ingress.close();
            }
        }
    }

    private void enterMailboxes() throws InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> entry : callbacks.entries()) {
                // One after the other: of several under way to a new partition the first may be turned away and the
                // second taken, and then the first is refused as too late.
                producer.send(entry).get();
            }
        }
    }

    private void startIngresses() throws IOException, InterruptedException {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        for (IngressJvm jvm : plan.jvms()) {
            Path log = directory.resolve(jvm.word() + ".log");
            IngressProcess ingress = IngressProcess.start(callbacks, jvm, broker.bootstrapServers(), secrets, log);
            ingresses.add(ingress);
            plan.items().forEach(items -> arms.add(new Arm(ingress, items)));
        }
    }

    private void warmUp() throws Exception {
        for (Arm arm : arms) {
            flood(arm, plan.warmUp());
        }
    }

    private void measureRates() throws Exception {
        List<Double> alone = new ArrayList<>();
        Cpu used = new Cpu(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        long records = 0;
        try (ProducerAlone producer = new ProducerAlone(broker.bootstrapServers(), callbacks)) {
            say("A record has %d bytes.%n", producer.recordBytes());
            producer.send(plan.warmUp());
            for (int round = 0; round < plan.rounds(); round++) {
                Cpu before = Cpu.of(ingresses.getFirst(), broker);
                ProducerAlone.Sent sent = producer.send(plan.round());
                used = used.plus(Cpu.of(ingresses.getFirst(), broker).since(before));
                records += sent.records();
                alone.add(sent.perSecond());
                for (Arm arm : arms) {
                    Cpu beforeArm = Cpu.of(arm.ingress(), broker);
                    Load.Answers answers = flood(arm, plan.round());
                    arm.flooded(answers, Cpu.of(arm.ingress(), broker).since(beforeArm));
                }
            }
        }
        Spread producer = Spread.of(alone);
        say("%n| at the maximum | accepted messages/s | of the producer's | CPU s per 1,000: ingress, broker,"
                + " load | 503s |%n|---|---|---|---|---|%n");
        say(
                "| producer alone, acks per 1,000 | %s | 1 | %s | |%n",
                producer.text("%,.0f"), used.perThousand((double) records));
        arms.forEach(arm -> say("%s%n", arm.rateRow(producer.median())));
    }

    private void measureLatencies() throws InterruptedException {
        for (int round = 0; round < plan.rounds(); round++) {
            for (Arm arm : arms) {
                arm.steady(load.steady(
                        arm.ingress().port(),
                        plan.connections(),
                        arm.items(),
                        plan.latency(),
                        arm.rate().median() / 2 / arm.items()));
            }
        }
        say("%n| at half of it | messages/s | p50 ms | p99 ms | longest ms | 503s, also of the maximum |%n"
                + "|---|---|---|---|---|---|%n");
        arms.forEach(arm -> say("%s%n", arm.latencyRow()));
    }

    /** A maximum-rate round; throws where it was accepted for what is not on the topic. */
    private Load.Answers flood(Arm arm, Duration time) throws Exception {
        long before = pointers();
        Load.Answers answers = load.flood(arm.ingress().port(), plan.connections(), arm.items(), time);
        long stored = pointers() - before;
        long accepted = answers.accepted() * arm.items();
        // What was refused may be there all the same, in part.
        if (stored < accepted || (answers.unavailable() == 0 && stored != accepted)) {
            throw new IllegalStateException(accepted + " were accepted and " + stored + " are stored");
        }
        return answers;
    }

    private long pointers() throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, Topics.DEFAULT_PARTITIONS)
                .mapToObj(partition -> new TopicPartition(Topics.POINTERS.name(), partition))
                .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }

    private void watchHeaps() throws Exception {
        if (!plan.heap().isPositive() && !plan.outage().isPositive()) {
            return;
        }
        IngressProcess ingress = ingresses.getFirst();
        say(
                "%n| heap of %s | minutes | answers | longest ms | live MiB | resident MiB"
                        + " |%n|---|---|---|---|---|---|%n",
                ingress.jvm().word());
        if (plan.heap().isPositive()) {
            watchHeap("at the maximum rate", ingress, plan.connections(), plan.heap());
        }
        if (plan.outage().isPositive()) {
            broker.close();
            // More than it takes: the others are turned away at once, and come again at once.
            watchHeap("without a broker", ingress, plan.connections() * 2, plan.outage());
        }
    }

    private void watchHeap(String what, IngressProcess ingress, int connections, Duration time) throws Exception {
        List<Double> live = new ArrayList<>();
        List<Double> resident = new ArrayList<>();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Load.Answers> running = thread.submit(
                    () -> load.flood(ingress.port(), connections, plan.items().getLast(), time));
            while (!endsWithin(running, plan.sample())) {
                live.add(ingress.liveBytes() / 1048576.0);
                resident.add(ingress.residentBytes() / 1048576.0);
                System.err.printf(
                        Locale.ROOT,
                        "%s: live %.1f MiB, resident %.0f MiB%n",
                        what,
                        live.getLast(),
                        resident.getLast());
            }
            Load.Answers answers = running.get();
            say(
                    "| %s | %d | %,d accepted, %,d × 503 | %,.0f | %s | %s |%n",
                    what,
                    time.toMinutes(),
                    answers.accepted(),
                    answers.unavailable(),
                    answers.micros().getMaxValue() / 1e3,
                    Spread.of(live).text("%.1f"),
                    Spread.of(resident).text("%.0f"));
        }
    }

    private static boolean endsWithin(Future<?> running, Duration time)
            throws InterruptedException, ExecutionException {
        try {
            running.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // each format is a literal of this class
    private static void say(String format, Object... figures) {
        System.out.printf(Locale.ROOT, format, figures);
        System.out.flush();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
