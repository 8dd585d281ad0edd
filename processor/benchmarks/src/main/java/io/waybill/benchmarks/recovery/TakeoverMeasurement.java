package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.Spread;
import io.waybill.inbound.PipelineInstance;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two pipelines under a steady load, of which one is killed: how long its partitions are without a new outcome, for somebody who reads
 * committed ones. No outcome may be missing or there twice at the end.
 */
final class TakeoverMeasurement {
    /** Without a standby, and with one. */
    private static final List<Integer> STANDBYS = List.of(1, 0);

    private static final int EACH = Mailboxes.PARTITIONS / 2;

    /** Records that its copies may lack: what one transaction says of its end, and the rows of a moment. */
    private static final long ALL_BUT = 1_000;

    private final Plan plan;

    TakeoverMeasurement(Plan plan) {
        this.plan = plan;
    }

    /** The gaps of all rounds, in seconds: of the killed one's partitions, and of the other's. */
    private record Gaps(List<Double> killed, List<Double> survivor) {
        Gaps() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    void run() throws IOException, InterruptedException {
        Map<Integer, Gaps> arms = new LinkedHashMap<>();
        STANDBYS.forEach(standbys -> arms.put(standbys, new Gaps()));
        for (int round = 1; round <= plan.rounds(); round++) {
            for (int standbys : STANDBYS) {
                measure(standbys, arms.get(standbys));
                Report.progress(
                        "round %d of %d, %d standbys: gap %.2f s, of the survivor's partitions %.2f s",
                        round,
                        plan.rounds(),
                        standbys,
                        arms.get(standbys).killed().getLast(),
                        arms.get(standbys).survivor().getLast());
            }
        }
        Report.line(
                "%n%,d jobs/s of %d ms, %,d settled rows; the session is %d s. Nothing lost, nothing doubled.%n",
                plan.rate(),
                plan.fetch(),
                plan.rows().getFirst(),
                PipelineInstance.sessionTimeout().toSeconds());
        Report.line("| standbys | gap of the killed one's partitions, s | gap of the survivor's, s |%n|---|---|---|");
        arms.forEach((standbys, gaps) -> Report.line(
                "| %d | %s | %s |",
                standbys,
                Spread.of(gaps.killed()).text("%.2f"),
                Spread.of(gaps.survivor()).text("%.2f")));
    }

    private void measure(int standbys, Gaps gaps) throws IOException, InterruptedException {
        Fetch fetch = new Fetch.Sleeping(Duration.ofMillis(plan.fetch()));
        try (Ground ground = Ground.open(plan)) {
            PipelineJvm victim = ground.start("a", fetch, standbys);
            victim.awaitRunning(plan.patience());
            PipelineJvm survivor = ground.start("b", fetch, standbys);
            victim.awaitRunning(EACH, 0, plan.patience());
            survivor.awaitRunning(EACH, 0, plan.patience());
            // Only now: a second one that lacks more than a few thousand rows is given tasks after ten minutes.
            ground.settle(plan.rows().getFirst());
            if (standbys > 0) {
                awaitCopies(victim, survivor);
            }
            try (Outcomes outcomes = ground.outcomes()) {
                Set<Integer> lost;
                long killed;
                List<SteadyLoad.Announced> load;
                try (SteadyLoad steady = new SteadyLoad(ground, plan.rate())) {
                    awaitAnswers(steady, outcomes, plan.warmUp());
                    lost = victim.owned();
                    killed = victim.kill();
                    awaitAnswers(steady, outcomes, plan.after());
                    steady.close();
                    load = steady.announced();
                }
                Until.isTrueOrStill(
                        "all jobs have an outcome",
                        plan.patience(),
                        survivor,
                        () -> outcomes.count() >= load.size(),
                        outcomes::count);
                outcomes.judge(load.stream().map(SteadyLoad.Announced::id).toList())
                        .requireGood();
                if (lost.size() != EACH) {
                    throw new IllegalStateException("the killed pipeline had the tasks " + lost + ", not " + EACH);
                }
                gaps.killed().add(gap(outcomes, load, lost, true, killed));
                gaps.survivor().add(gap(outcomes, load, lost, false, killed));
            }
        }
    }

    /** The load goes on for that time at least, and until hardly anything is unanswered: then the gap is over. */
    private void awaitAnswers(SteadyLoad load, Outcomes outcomes, Duration time) {
        long until = System.nanoTime() + time.toNanos();
        Until.isTrue(
                "the pipelines keep up with the load",
                time.plus(plan.patience()),
                () -> System.nanoTime() - until > 0 && load.isAnswered(outcomes));
    }

    private void awaitCopies(PipelineJvm victim, PipelineJvm survivor) {
        Until.isTrue(
                "each pipeline has a copy of the other's tasks",
                plan.patience(),
                survivor,
                () -> survivor.standbys().containsAll(victim.owned())
                        && victim.standbys().containsAll(survivor.owned())
                        && survivor.lag() < ALL_BUT
                        && victim.lag() < ALL_BUT);
    }

    /**
     * The longest time without a new outcome that ended after the kill, among the partitions of one of the two.
     *
     * @param ofLost whether it is the killed one's
     */
    private static double gap(
            Outcomes outcomes, List<SteadyLoad.Announced> load, Set<Integer> lost, boolean ofLost, long killed) {
        double longest = 0;
        for (int partition = 0; partition < Mailboxes.PARTITIONS; partition++) {
            if (lost.contains(partition) == ofLost) {
                longest = Math.max(longest, gap(outcomes, load, partition, killed));
            }
        }
        return longest;
    }

    private static double gap(Outcomes outcomes, List<SteadyLoad.Announced> load, int partition, long killed) {
        long[] times = load.stream()
                .filter(job -> job.partition() == partition)
                .mapToLong(job -> outcomes.at(job.id()).orElseThrow())
                .sorted()
                .toArray();
        long longest = 0;
        for (int i = 1; i < times.length; i++) {
            if (times[i] > killed && times[i] - times[i - 1] > longest) {
                longest = times[i] - times[i - 1];
            }
        }
        return longest / 1e3;
    }
}
