package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.BrokerProcess;
import io.waybill.benchmarks.Cpu;
import io.waybill.benchmarks.Directories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Runs the arms of one scenario: each in each round with new outputs, a new name and a JVM of its own. */
final class ScenarioRun implements AutoCloseable {
    /** Two million rows are restored before it, on a machine that may be busy. */
    private static final Duration FIRST_JOB_LIMIT = Duration.ofMinutes(3);
    /** Keeps every permit at work although what is done is known some milliseconds late. */
    private static final int OUTSTANDING_PER_PERMIT = 8;

    private final Plan plan;
    private final Scenario scenario;
    private final BrokerProcess broker;
    private final BenchmarkTopics topics;
    private final OldRows oldRows;
    private final Path directory;
    private final FetchServer fetchServer;
    /** What a {@link Scenario.Feeding#BOUNDED} feed gives; empty where there is a backlog. */
    private final List<ProducerRecord<byte[], byte[]>> jobs;

    private ScenarioRun(
            Plan plan,
            Scenario scenario,
            BrokerProcess broker,
            BenchmarkTopics topics,
            OldRows oldRows,
            Path directory,
            FetchServer fetchServer,
            List<ProducerRecord<byte[], byte[]>> jobs) {
        this.plan = plan;
        this.scenario = scenario;
        this.broker = broker;
        this.topics = topics;
        this.oldRows = oldRows;
        this.directory = directory;
        this.fetchServer = fetchServer;
        this.jobs = jobs;
    }

    /** Makes the input ready. */
    static ScenarioRun prepare(
            Plan plan, Scenario scenario, BrokerProcess broker, BenchmarkTopics topics, OldRows oldRows, Path directory)
            throws IOException, InterruptedException, ExecutionException {
        topics.renewInput();
        List<ProducerRecord<byte[], byte[]>> jobs = switch (scenario.feeding()) {
            case BACKLOG -> {
                Feed.fill(broker.bootstrapServers(), plan.jobs(scenario));
                yield List.of();
            }
            case BOUNDED -> Feed.jobs(plan.jobs(scenario));
        };
        return new ScenarioRun(
                plan, scenario, broker, topics, oldRows, directory, FetchServer.start(scenario.latency()), jobs);
    }

    Round run(ArmKind kind, int number) throws Exception {
        String application = String.join("-", "benchmark", scenario.word(), kind.word(), Integer.toString(number));
        Path state = directory.resolve(application);
        topics.renewOutputs();
        if (scenario.feeding() == Scenario.Feeding.BOUNDED) {
            topics.renewInput();
        }
        if (kind.isOurs()) {
            topics.createChangelogOfSettled(application);
            oldRows.writeFor(application, broker.bootstrapServers());
        }
        ArmSpec spec = new ArmSpec(
                kind,
                broker.bootstrapServers(),
                application,
                scenario.latency(),
                scenario.cap(),
                state,
                fetchServer.port());
        try (ArmProcess arm = ArmProcess.start(spec)) {
            return switch (scenario.feeding()) {
                case BACKLOG -> measure(arm, kind);
                case BOUNDED -> measureFed(arm, kind);
            };
        } finally {
            topics.deleteTopicsOf(application);
            Directories.delete(state);
        }
    }

    private Round measureFed(ArmProcess arm, ArmKind kind) throws Exception {
        int outstanding = scenario.cap() * OUTSTANDING_PER_PERMIT;
        try (Feed feed = Feed.start(broker.bootstrapServers(), jobs, outstanding, arm::done)) {
            Round round = measure(arm, kind);
            if (feed.ranOut()) {
                throw new IllegalStateException("there were not jobs enough");
            }
            return round;
        }
    }

    private Round measure(ArmProcess arm, ArmKind kind) throws Exception {
        arm.awaitFirstJob(FIRST_JOB_LIMIT);
        TimeUnit.NANOSECONDS.sleep(plan.warmUp(kind).toNanos());
        arm.requireRunning();
        Cpu before = cpu(arm);
        Instant from = Instant.now();
        long began = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(plan.round().toNanos());
        Instant to = Instant.now();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        Cpu used = cpu(arm).since(before);
        requireJobsLeft(arm, kind);
        long counted = arm.stop();
        Outcomes outcomes = Outcomes.read(broker.bootstrapServers(), kind.writesOutcomes(), from, to);
        if (outcomes.measured() == 0) {
            throw new IllegalStateException(kind.word() + " did nothing while it was measured");
        }
        return new Round(took, used, counted, outcomes);
    }

    private Cpu cpu(ArmProcess arm) {
        return Cpu.of(arm.cpu(), broker).plus(new Cpu(Duration.ZERO, Duration.ZERO, fetchServer.cpu()));
    }

    private void requireJobsLeft(ArmProcess arm, ArmKind kind) {
        if (arm.done() >= plan.jobs(scenario)) {
            throw new IllegalStateException(kind.word() + " did all " + plan.jobs(scenario)
                    + " jobs before the round was over: raise what " + scenario + " names as the fastest");
        }
    }

    @Override
    public void close() throws InterruptedException {
        fetchServer.close();
    }
}
