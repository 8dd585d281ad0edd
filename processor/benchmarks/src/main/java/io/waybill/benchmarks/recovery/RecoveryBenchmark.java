package io.waybill.benchmarks.recovery;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** How soon the pipeline is back, and what a large past costs. {@link Plan} has the properties. */
public final class RecoveryBenchmark {
    private static final String USAGE = """
        usage: RecoveryBenchmark, with
          -Dwhat=restore      start to RUNNING and to the first outcome, alone and with a standby
          -Dwhat=takeover     the gap in the outcomes after a SIGKILL, with a standby and without
          -Dwhat=redispatch   RUNNING to the first fetch, with many open jobs
          -Dwhat=growth       jobs/s and processor time as the settled jobs become more
        and -Drounds, -Drows, …: the module's README has them.\
        """;

    private RecoveryBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty(Report.QUIET_LOGBACK, Report.SILENCE);
        Plan plan;
        try {
            plan = Plan.ofProcess();
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        Report.line(
                "%d processors, load of the last minute %.1f",
                system.getAvailableProcessors(), system.getSystemLoadAverage());
        switch (plan.what()) {
            case RESTORE -> new RestoreMeasurement(plan).run();
            case TAKEOVER -> new TakeoverMeasurement(plan).run();
            case REDISPATCH -> new RedispatchMeasurement(plan).run();
            case GROWTH -> new GrowthMeasurement(plan).run();
        }
    }
}
