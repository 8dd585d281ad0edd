package io.waybill.benchmarks.fairness;

import io.waybill.benchmarks.BrokerProcess;
import io.waybill.benchmarks.Directories;
import io.waybill.benchmarks.OutcomeTimes;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;

/**
 * What the others notice of a noisy tenant, a mailbox that hangs, one that is throttled and a great many parked rows: how long their
 * jobs take from the callback to an outcome that others may read, beside how long they take alone; and whether a consumer is evicted
 * meanwhile. Run it in the root of the built tree; {@link Plan} has the properties.
 */
public final class FairnessBenchmark {
    /** For what must come, and for what was held back to be done with. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Between two looks at a long phase. */
    private static final Duration SAMPLE = Duration.ofMinutes(1);

    private static final int HOT_SHARE = 9;

    private final Plan plan;
    private final PipelineProcess pipeline;
    private final OutcomeTimes outcomes;
    private final Announcer announcer;
    private final Group group;
    private final Map<Disturbance, Phases> measured = new EnumMap<>(Disturbance.class);

    private FairnessBenchmark(
            Plan plan, PipelineProcess pipeline, OutcomeTimes outcomes, Announcer announcer, Group group) {
        this.plan = plan;
        this.pipeline = pipeline;
        this.outcomes = outcomes;
        this.announcer = announcer;
        this.group = group;
    }

    public static void main(String[] arguments) throws Exception {
        Plan plan = Plan.ofProcess();
        Path directory = Directories.ofRun();
        try (BrokerProcess broker = BrokerProcess.start(directory.resolve("kafka"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicAdmin.create(admin, Topics.DEFAULT_PARTITIONS, 1);
            try (PipelineProcess pipeline =
                            PipelineProcess.start(broker.bootstrapServers(), directory.resolve("state"), plan);
                    OutcomeTimes outcomes = new OutcomeTimes(broker.bootstrapServers());
                    Announcer announcer = new Announcer(broker.bootstrapServers(), outcomes)) {
                new FairnessBenchmark(plan, pipeline, outcomes, announcer, new Group(admin)).run();
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private void run() throws Exception {
        var system = ManagementFactory.getOperatingSystemMXBean();
        say(
                "%d processors, load of the last minute %.1f; the others %d jobs/s, fetch %d ms, %,d parked rows;"
                        + " %d rounds of %d s%n",
                system.getAvailableProcessors(),
                system.getSystemLoadAverage(),
                plan.quiet(),
                plan.fetch().toMillis(),
                plan.parked(),
                plan.rounds(),
                plan.round().toSeconds());
        measure(Disturbance.HOT, plan.warmUp());
        heal();
        Set<String> members = group.members();
        long rebalances = pipeline.look().rebalances();
        for (int i = 0; i < plan.rounds(); i++) {
            Phases.Round round = new Phases.Round();
            for (Disturbance disturbance : Disturbance.single()) {
                round.add(Disturbance.BASE, measure(Disturbance.BASE, plan.round()));
                round.add(disturbance, measure(disturbance, plan.round()));
                heal();
            }
            round.addTo(measured);
        }
        if (plan.longPhase().isPositive()) {
            Phases.Round last = new Phases.Round();
            last.add(Disturbance.BASE, measure(Disturbance.BASE, shorter(plan.longPhase(), SAMPLE)));
            last.add(Disturbance.ALL, measure(Disturbance.ALL, plan.longPhase()));
            last.addTo(measured);
        }
        say("%s%n", Phases.head());
        measured.forEach((disturbance, phases) -> say("%s%n", phases.row(disturbance)));
        long since = pipeline.look().rebalances() - rebalances;
        boolean evicted = since > 0 || !group.members().equals(members);
        say(
                "%n%s: %d members before and after, %d rebalances since%n",
                evicted ? "A CONSUMER WAS EVICTED" : "no consumer was evicted", members.size(), since);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** One phase: until the outcomes of all quiet jobs are there, with the trouble still going on. */
    private Phases.Phase measure(Disturbance disturbance, Duration time) throws Exception {
        pipeline.trouble(disturbance.roles());
        if (disturbance.roles().contains(Role.REFUSED)) {
            announcer.flood(Role.REFUSED, plan.parked());
            group.awaitRead(PATIENCE);
        }
        pipeline.look();
        Histogram micros = OutcomeTimes.histogram();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("announcer-", 0).factory())) {
            List<Future<?>> announcing = new ArrayList<>();
            announcing.add(threads.submit(() -> announcer.announce(Role.QUIET, plan.quiet(), time)));
            for (Role role : disturbance.roles()) {
                double rate = rate(role);
                if (rate > 0) {
                    announcing.add(threads.submit(() -> announcer.announce(role, rate, time)));
                }
            }
            watch(disturbance, announcing, micros);
        }
        announcer.requireWell();
        outcomes.awaitAll(PATIENCE);
        micros.add(outcomes.take());
        return new Phases.Phase(micros, pipeline.look());
    }

    private double rate(Role role) {
        return switch (role) {
            case QUIET -> plan.quiet();
            case HOT -> plan.quiet() * HOT_SHARE;
            case HANGING, THROTTLED -> plan.trouble();
            // They are there before the phase begins.
            case REFUSED -> 0;
        };
    }

    /** Waits for the end of the announcing; says now and then how a long phase goes. */
    private void watch(Disturbance disturbance, List<Future<?>> announcing, Histogram micros) throws Exception {
        for (Future<?> one : announcing) {
            while (!endsWithin(one, SAMPLE)) {
                Histogram minute = outcomes.take();
                micros.add(minute);
                System.err.printf(
                        Locale.ROOT,
                        "%s: p50 %.1f ms, p99 %.1f ms%n",
                        disturbance.text(),
                        minute.getValueAtPercentile(50) / 1e3,
                        minute.getValueAtPercentile(99) / 1e3);
            }
        }
    }

    private static boolean endsWithin(Future<?> running, Duration time) throws Exception {
        try {
            running.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    /** Everybody behaves again, and what waited is done: the next phase must not pay for this one. */
    private void heal() throws Exception {
        pipeline.trouble(Set.of());
        outcomes.awaitOthers(announcer.others(), PATIENCE);
    }

    @SuppressWarnings("AnnotateFormatMethod") // each format is a literal of this class
    private static void say(String format, Object... figures) {
        System.out.printf(Locale.ROOT, format, figures);
        System.out.flush();
    }
}
