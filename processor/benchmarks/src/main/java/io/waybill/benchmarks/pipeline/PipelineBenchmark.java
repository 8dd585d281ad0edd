package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.BrokerProcess;
import io.waybill.benchmarks.Directories;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * This pipeline beside other ways of doing the same jobs. All arms take turns, in each round anew; the table and its chart go into
 * the README of the benchmarks. {@link Plan} has the properties, {@link Scenario} and {@link ArmKind} what is compared.
 */
public final class PipelineBenchmark {
    private static final String CHART = "pipeline.svg";

    private final Plan plan;
    private final Path directory;
    private final BrokerProcess broker;
    private final BenchmarkTopics topics;
    private final Results results = new Results();

    private PipelineBenchmark(Plan plan, Path directory, BrokerProcess broker, Admin admin) {
        this.plan = plan;
        this.directory = directory;
        this.broker = broker;
        this.topics = new BenchmarkTopics(admin);
    }

    public static void main(String[] arguments) throws Exception {
        Plan plan;
        try {
            plan = Plan.ofProcess();
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + Plan.USAGE);
            System.exit(2);
            return;
        }
        if (arguments.length > 0) {
            System.err.println("there are no arguments, only properties\n" + Plan.USAGE);
            System.exit(2);
        }
        Path directory = Directories.ofRun();
        try (BrokerProcess broker = BrokerProcess.start(directory.resolve("kafka"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            new PipelineBenchmark(plan, directory, broker, admin).run();
        } finally {
            // Gigabytes of records and of log.
            Directories.delete(directory);
        }
    }

    private void run() throws Exception {
        String conditions = conditions();
        say("%s%n", conditions);
        OldRows oldRows = new OldRows(plan.settled());
        for (Scenario scenario : plan.scenarios()) {
            List<ArmKind> arms = plan.armsOf(scenario);
            if (!arms.isEmpty()) {
                say("%n%s: %,d jobs are made ready%n", scenario.title(), plan.jobs(scenario));
                try (ScenarioRun run = ScenarioRun.prepare(plan, scenario, broker, topics, oldRows, directory)) {
                    measure(scenario, arms, run);
                }
            }
        }
        if (results.scenarios().isEmpty()) {
            throw new IllegalStateException("nothing was measured: no round of any arm came to its end");
        }
        String table = new ResultTable(results).markdown(conditions, CHART);
        say("%n%s%n", table);
        if (plan.readme().isPresent()) {
            write(plan.readme().get(), table);
        }
    }

    private void measure(Scenario scenario, List<ArmKind> arms, ScenarioRun run) throws InterruptedException {
        for (int number = 1; number <= plan.rounds(); number++) {
            for (ArmKind arm : arms) {
                measure(scenario, arm, number, run);
            }
        }
    }

    /** A round that fails is said and left out: an hour of others is not lost with it. */
    private void measure(Scenario scenario, ArmKind arm, int number, ScenarioRun run) throws InterruptedException {
        String what = scenario.title() + ", round " + number + ", " + arm.plainLabel();
        try {
            Round round = run.run(arm, number);
            results.add(scenario, arm, number, round);
            say(
                    "%s: %,.0f jobs/s; CPU s per 1,000: %s; %,d counted, %,d found, %,d twice%n",
                    what,
                    round.perSecond(),
                    round.cpu().perThousand((double) round.outcomes().measured()),
                    round.counted(),
                    round.outcomes().all(),
                    round.outcomes().repeated());
            if (!round.isSound()) {
                results.remark(String.format(
                        Locale.ROOT,
                        "%s: %,d jobs were counted, %,d outcomes were found, %,d of them of a job that has one"
                                + " already.",
                        what,
                        round.counted(),
                        round.outcomes().all(),
                        round.outcomes().repeated()));
            }
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception failed) {
            failed.printStackTrace();
            results.remark(what + ": not measured, " + failed.getMessage());
        }
    }

    private void write(Path readme, String table) throws IOException {
        MarkedSection.PIPELINE.write(readme, table);
        Files.writeString(readme.resolveSibling(CHART), chart().svg());
        say("%nwritten to %s and %s%n", readme, readme.resolveSibling(CHART));
    }

    private BarChart chart() {
        return new BarChart(
                "jobs/s",
                results.scenarios().stream()
                        .map(scenario -> new BarChart.Group(
                                scenario.title(),
                                results.arms(scenario).stream()
                                        .map(arm -> new BarChart.Bar(
                                                arm.plainLabel(), results.rate(scenario, arm), arm.isOurs()))
                                        .toList()))
                        .toList());
    }

    private String conditions() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "%d processors, JDK %s, Kafka %s; load %.1f before it began. %d rounds of %d s after %d s of warm-up,"
                        + " %,d jobs settled before.",
                system.getAvailableProcessors(),
                System.getProperty("java.version"),
                AppInfoParser.getVersion(),
                system.getSystemLoadAverage(),
                plan.rounds(),
                plan.round().toSeconds(),
                plan.warmUp().toSeconds(),
                plan.settled());
    }

    @SuppressWarnings("AnnotateFormatMethod") // each format is a literal of this class
    private static void say(String format, Object... figures) {
        System.out.printf(Locale.ROOT, format, figures);
        System.out.flush();
    }
}
