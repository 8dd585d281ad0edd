package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.Spread;
import io.waybill.inbound.PipelineInstance;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How long a pipeline is away that was killed and has lost its state: from the start of its JVM until all its tasks run and until its
 * first outcome is committed. And how long its tasks are away where another one has a copy of them, from the moment when it is told.
 */
final class RestoreMeasurement {
    private static final Fetch AT_ONCE = new Fetch.Sleeping(Duration.ZERO);

    /** Records at the end of the changelogs that say nothing but that a transaction ended. */
    private static final long ALL_BUT = 1_000;

    private final Plan plan;

    RestoreMeasurement(Plan plan) {
        this.plan = plan;
    }

    /** The times of all rounds, in seconds. */
    private record Times(
            List<Double> running,
            List<Double> outcome,
            List<Double> promoted,
            List<Double> promotedOutcome,
            List<Double> gap) {
        Times() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    void run() throws IOException, InterruptedException {
        Report.line(
                "%nRestarted %s; the session is %d s.%n",
                plan.afterSession() ? "when the session of the killed one has ended" : "at once",
                PipelineInstance.sessionTimeout().toSeconds());
        Report.line("| settled rows | alone: start to RUNNING, s | alone: start to the first outcome, s"
                + " | standby: told to RUNNING, s | standby: told to the first outcome, s"
                + " | standby: SIGKILL to the first outcome, s |");
        Report.line("|---|---|---|---|---|---|");
        for (long rows : plan.rows()) {
            Times times = new Times();
            measure(rows, times);
            Report.line(
                    "| %,d | %s | %s | %s | %s | %s |",
                    rows,
                    text(times.running()),
                    text(times.outcome()),
                    text(times.promoted()),
                    text(times.promotedOutcome()),
                    text(times.gap()));
        }
    }

    private static String text(List<Double> rounds) {
        return Spread.of(rounds).text("%.2f");
    }

    private void measure(long rows, Times times) throws IOException, InterruptedException {
        try (Ground ground = Ground.open(plan)) {
            PipelineJvm owner = ground.start("a", AT_ONCE, 1);
            owner.awaitRunning(plan.patience());
            ground.settle(rows);
            for (int round = 1; round <= plan.rounds(); round++) {
                owner.kill();
                owner = restart(ground, rows, times);
                owner = promote(ground, owner, rows, times);
                Report.progress(
                        "%,d rows, round %d of %d: alone RUNNING after %.2f s, with a standby after %.2f s",
                        rows,
                        round,
                        plan.rounds(),
                        times.running().getLast(),
                        times.promoted().getLast());
            }
        }
    }

    /** Alone, with nothing but the changelog. */
    private PipelineJvm restart(Ground ground, long rows, Times times) throws IOException, InterruptedException {
        if (plan.afterSession()) {
            ground.awaitNobody();
        }
        ground.wipe("a");
        ground.wipe("b");
        try (Outcomes outcomes = ground.outcomes()) {
            List<String> expected = ground.announce(ground.oneInEach());
            ground.announce(Ground.oneSettledInEach());
            PipelineJvm pipeline = ground.start("a", AT_ONCE, 1);
            long running = pipeline.awaitRunning(plan.patience());
            awaitAnswers(pipeline, outcomes, expected);
            long restored = pipeline.restored("settled", 0);
            if (restored < rows) {
                throw new IllegalStateException(
                        "only " + restored + " of " + rows + " rows were restored: its state was not wiped");
            }
            times.running().add(seconds(running - pipeline.startedAt()));
            times.outcome().add(seconds(outcomes.firstOf(expected) - pipeline.startedAt()));
            return pipeline;
        }
    }

    /** With another one that has a copy, and becomes the owner. */
    private PipelineJvm promote(Ground ground, PipelineJvm owner, long rows, Times times)
            throws IOException, InterruptedException {
        PipelineJvm standby = ground.start("b", AT_ONCE, 1);
        Until.isTrue("the standby has a copy of everything", plan.patience(), standby, () -> hasCopy(owner, standby));
        Set<Integer> lost = owner.owned();
        try (Outcomes outcomes = ground.outcomes()) {
            long killed = owner.kill();
            List<Long> fresh = ground.oneInEach();
            List<String> expected = ground.announce(fresh);
            ground.announce(Ground.oneSettledInEach());
            List<String> expectedOfLost = fresh.stream()
                    .filter(number -> lost.contains(Mailboxes.partition(number)))
                    .map(number -> Mailboxes.job(number).jobId().value())
                    .toList();
            long running = standby.awaitRunning(Mailboxes.PARTITIONS, killed, plan.patience());
            awaitAnswers(standby, outcomes, expected);
            long told = standby.rebalancingAt(killed)
                    .orElseThrow(() -> new IllegalStateException("the standby was told of nothing"));
            long restored = standby.restored("settled", killed);
            if (restored > rows / 10) {
                throw new IllegalStateException(
                        "the standby restored " + restored + " of " + rows + " rows after the kill: it had no copy");
            }
            times.promoted().add(seconds(running - told));
            times.promotedOutcome().add(seconds(outcomes.firstOf(expectedOfLost) - told));
            times.gap().add(seconds(outcomes.firstOf(expectedOfLost) - killed));
            return standby;
        }
    }

    private static boolean hasCopy(PipelineJvm owner, PipelineJvm standby) {
        Set<Integer> all = new HashSet<>(owner.owned());
        all.addAll(standby.owned());
        return !owner.owned().isEmpty()
                && all.size() == Mailboxes.PARTITIONS
                && owner.owned().size() + standby.owned().size() == all.size()
                && standby.standbys().containsAll(owner.owned())
                && standby.runningAt(standby.owned().size(), 0).isPresent()
                && standby.lag() < ALL_BUT;
    }

    /** The new jobs end, those that are settled do not run again. */
    private void awaitAnswers(PipelineJvm pipeline, Outcomes outcomes, List<String> expected) {
        Until.isTrue("each partition has an outcome", plan.patience(), pipeline, () -> outcomes.hasAll(expected));
        Until.isTrue(
                "the settled jobs are dropped",
                plan.patience(),
                pipeline,
                () -> pipeline.duplicates() >= Mailboxes.PARTITIONS
                        || !outcomes.judge(expected).isGood());
        outcomes.judge(expected).requireGood();
    }

    private static double seconds(long millis) {
        return millis / 1e3;
    }
}
