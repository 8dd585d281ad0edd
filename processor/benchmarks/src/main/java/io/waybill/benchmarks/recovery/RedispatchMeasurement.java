package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A pipeline whose fetches hang is killed when it has taken over many jobs; the next one, with the same state directory, fetches at
 * once. How soon after RUNNING it begins, and when all jobs have their outcome.
 */
final class RedispatchMeasurement {
    private final Plan plan;
    private final List<Double> restored = new ArrayList<>();
    private final List<Double> first = new ArrayList<>();
    private final List<Double> outcome = new ArrayList<>();
    private final List<Double> all = new ArrayList<>();

    RedispatchMeasurement(Plan plan) {
        this.plan = plan;
    }

    void run() throws IOException, InterruptedException {
        for (int round = 1; round <= plan.rounds(); round++) {
            measure();
            Report.progress(
                    "round %d of %d: first fetch %.2f s after RUNNING, all done %.1f s after it",
                    round, plan.rounds(), first.getLast(), all.getLast());
        }
        Report.line(
                "%nRestarted %s. Nothing lost, nothing doubled.%n",
                plan.afterSession() ? "when the session of the killed one has ended" : "at once");
        Report.line("| open jobs | start to RUNNING, s | RUNNING to the first fetch, s"
                + " | RUNNING to the first outcome, s | RUNNING to the last, s |%n|---|---|---|---|---|");
        Report.line(
                "| %,d | %s | %s | %s | %s |",
                plan.open(),
                Spread.of(restored).text("%.2f"),
                Spread.of(first).text("%.2f"),
                Spread.of(outcome).text("%.2f"),
                Spread.of(all).text("%.1f"));
    }

    private void measure() throws IOException, InterruptedException {
        try (Ground ground = Ground.open(plan)) {
            PipelineJvm hanging = ground.start("a", new Fetch.Hanging(), 0);
            hanging.awaitRunning(plan.patience());
            long from = ground.reserve(plan.open());
            List<String> jobs = ground.announce(
                    LongStream.range(from, from + plan.open()).boxed().toList());
            long pointers = ground.pointers();
            Until.isTrue("every job has its row", plan.patience(), hanging, () -> ground.taken() == pointers);
            hanging.kill();
            if (plan.afterSession()) {
                ground.awaitNobody();
            }
            try (Outcomes outcomes = ground.outcomes()) {
                PipelineJvm pipeline = ground.start("a", new Fetch.Sleeping(Duration.ZERO), 0);
                long running = pipeline.awaitRunning(plan.patience());
                Until.isTrueOrStill(
                        "all jobs have an outcome",
                        plan.patience(),
                        pipeline,
                        () -> outcomes.count() >= jobs.size(),
                        outcomes::count);
                outcomes.judge(jobs).requireGood();
                restored.add(seconds(running - pipeline.startedAt()));
                first.add(seconds(pipeline.fetchedAt().orElseThrow() - running));
                outcome.add(seconds(outcomes.firstOf(jobs) - running));
                all.add(seconds(outcomes.last() - running));
            }
        }
    }

    private static double seconds(long millis) {
        return millis / 1e3;
    }
}
