package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a job costs as the settled ones become more: fetched at once, so that nothing but the pipeline and the broker is measured. */
final class GrowthMeasurement {
    private static final Fetch AT_ONCE = new Fetch.Sleeping(Duration.ZERO);

    /** Jobs without an outcome yet: enough for some commits, too few for the rows to overflow to the disk. */
    private static final int OUTSTANDING = 12_000;

    private final Plan plan;

    GrowthMeasurement(Plan plan) {
        this.plan = plan;
    }

    /** The rounds with one number of settled rows. */
    private static final class Arm {
        private final Ground ground;
        private final List<Double> rates = new ArrayList<>();
        private final List<Double> pipelineCpu = new ArrayList<>();
        private final List<Double> brokerCpu = new ArrayList<>();

        private Arm(Ground ground) {
            this.ground = ground;
        }
    }

    void run() throws IOException, InterruptedException {
        Map<Long, Arm> arms = new LinkedHashMap<>();
        try {
            for (long rows : plan.rows()) {
                Arm arm = new Arm(Ground.open(plan));
                arms.put(rows, arm);
                try (PipelineJvm first = arm.ground.start("a", AT_ONCE, 0)) {
                    first.awaitRunning(plan.patience());
                }
                arm.ground.settle(rows);
            }
            for (int round = 1; round <= plan.rounds(); round++) {
                for (Map.Entry<Long, Arm> arm : arms.entrySet()) {
                    measure(arm.getValue());
                    Report.progress(
                            "round %d of %d, %,d rows: %,.0f jobs/s",
                            round,
                            plan.rounds(),
                            arm.getKey(),
                            arm.getValue().rates.getLast());
                }
            }
            report(arms);
        } finally {
            for (Arm arm : arms.values()) {
                arm.ground.close();
            }
        }
    }

    private void report(Map<Long, Arm> arms) {
        double least = Spread.of(arms.values().iterator().next().rates).median();
        long more = (long) plan.rounds() * (plan.warmUpJobs() + plan.jobs());
        Report.line(
                "%n%,d jobs a round after %,d to warm up: the last round ends with %,d rows more.%n",
                plan.jobs(), plan.warmUpJobs(), more);
        Report.line("| settled rows before the first round | jobs/s | of the first line's"
                + " | CPU s per 1,000 jobs: pipeline | broker |%n|---|---|---|---|---|");
        arms.forEach((rows, arm) -> Report.line(
                "| %,d | %s | %.2f | %s | %s |",
                rows,
                Spread.of(arm.rates).text("%,.0f"),
                Spread.of(arm.rates).median() / least,
                Spread.of(arm.pipelineCpu).text("%.3f"),
                Spread.of(arm.brokerCpu).text("%.3f")));
    }

    private void measure(Arm arm) throws IOException, InterruptedException {
        Ground ground = arm.ground;
        try (PipelineJvm pipeline = ground.start("a", AT_ONCE, 0);
                Outcomes outcomes = ground.outcomes()) {
            pipeline.awaitRunning(plan.patience());
            List<String> announced = new ArrayList<>();
            feed(ground, pipeline, outcomes, plan.warmUpJobs(), announced);
            Duration pipelineBefore = pipeline.cpu();
            Duration brokerBefore = ground.brokerCpu();
            long began = System.nanoTime();
            feed(ground, pipeline, outcomes, plan.jobs(), announced);
            double seconds = (System.nanoTime() - began) / 1e9;
            outcomes.judge(announced).requireGood();
            arm.rates.add(plan.jobs() / seconds);
            arm.pipelineCpu.add(perThousand(pipeline.cpu().minus(pipelineBefore)));
            arm.brokerCpu.add(perThousand(ground.brokerCpu().minus(brokerBefore)));
        }
    }

    private double perThousand(Duration spent) {
        return spent.toMillis() / (double) plan.jobs();
    }

    /** As fast as they go. */
    private void feed(Ground ground, PipelineJvm pipeline, Outcomes outcomes, int jobs, List<String> announced)
            throws InterruptedException {
        long first = ground.reserve(jobs);
        for (int i = 0; i < jobs; i++) {
            while (announced.size() - outcomes.count() > OUTSTANDING && pipeline.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            announced.add(ground.announce(first + i));
        }
        ground.flush();
        Until.isTrueOrStill(
                "all jobs have an outcome",
                plan.patience(),
                pipeline,
                () -> outcomes.count() >= announced.size(),
                outcomes::count);
    }
}
