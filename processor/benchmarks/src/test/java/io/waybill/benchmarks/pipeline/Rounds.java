package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.Cpu;
import java.time.Duration;

/** Results as a test needs them: each round took ten seconds. */
final class Rounds {
    static Round of(double perSecond, double cpuSecondsPerThousand) {
        long jobs = Math.round(perSecond * 10);
        Duration used = Duration.ofNanos(Math.round(cpuSecondsPerThousand * jobs * 1e6));
        return new Round(
                Duration.ofSeconds(10),
                new Cpu(used, used.dividedBy(2), Duration.ZERO),
                jobs,
                new Outcomes(jobs, jobs, 0));
    }

    private Rounds() {}
}
