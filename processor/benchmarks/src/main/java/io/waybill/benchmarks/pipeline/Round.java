package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.Cpu;
import java.time.Duration;

/**
 * What one arm did in one round.
 *
 * @param took how long was measured
 * @param cpu what was used of the processors meanwhile
 * @param counted jobs that the arm says it has done, from its start to its end
 * @param outcomes what was found afterwards
 */
record Round(Duration took, Cpu cpu, long counted, Outcomes outcomes) {
    double perSecond() {
        return outcomes.measured() / (took.toNanos() / 1e9);
    }

    /** Seconds of the arm's own JVM. */
    double cpuPerJob() {
        return cpu.measured().toNanos() / 1e9 / outcomes.measured();
    }

    /** Whether each job that was counted is there, once. */
    boolean isSound() {
        return outcomes.all() == counted && outcomes.repeated() == 0;
    }
}
