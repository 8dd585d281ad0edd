package io.waybill.benchmarks.latency;

import io.waybill.benchmarks.Directories;
import io.waybill.benchmarks.OutcomeTimes;
import io.waybill.benchmarks.latency.Arrivals.Arrival;
import io.waybill.contracts.Mailbox;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * How soon a callback becomes an outcome that others may read, at a fixed rate: from the moment for which its POST was planned, through
 * ingress, broker, processor, Graph and PostgreSQL, to a consumer of {@code mail.outcomes} that reads what is committed. Run it in the
 * root of the built tree; {@link Plan} has the properties.
 */
public final class LatencyBenchmark {
    /** What is not there then will not come: deadlines and retries are shorter. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Plan plan;
    private final Installation installation;
    private final OutcomeTimes outcomes;
    private final Arrivals arrivals;
    private final Postman postman;

    private LatencyBenchmark(Plan plan, Installation installation, OutcomeTimes outcomes) {
        this.plan = plan;
        this.installation = installation;
        this.outcomes = outcomes;
        this.arrivals = new Arrivals(installation, plan.bytes());
        this.postman = new Postman(installation.ingressPort(), outcomes);
    }

    public static void main(String[] arguments) throws Exception {
        Plan plan = Plan.ofProcess();
        Path directory = Directories.ofRun();
        try (Installation installation = Installation.start(plan, directory);
                OutcomeTimes outcomes = new OutcomeTimes(installation.bootstrapServers())) {
            new LatencyBenchmark(plan, installation, outcomes).run();
        } finally {
            Directories.delete(directory);
        }
    }

    private void run() throws Exception {
        var system = ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(
                Locale.ROOT,
                "%d processors, load of the last minute %.1f; %d callbacks/s, mails of %,d bytes, Graph waits %d ms a"
                        + " call, JVM %s; %d rounds of %d s%n",
                system.getAvailableProcessors(),
                system.getSystemLoadAverage(),
                plan.rate(),
                plan.bytes(),
                plan.provider().toMillis(),
                plan.jvm().word(),
                plan.rounds(),
                plan.round().toSeconds());
        List<Arm> arms = plan.handlers().stream().map(Arm::new).toList();
        for (Arm arm : arms) {
            measure(new Arm(arm.handler()), plan.warmUp());
        }
        long refusedBefore = postman.refused();
        for (int round = 0; round < plan.rounds(); round++) {
            for (Arm arm : arms) {
                measure(arm, plan.round());
            }
        }
        System.out.println(Arm.head());
        arms.forEach(arm -> System.out.println(arm.row()));
        System.out.printf("%nrefused with 503 and sent again: %d%n", postman.refused() - refusedBefore);
    }

    private void measure(Arm arm, Duration time) throws Exception {
        List<Mailbox> mailboxes = installation.mailboxes(arm.handler());
        int count = (int) (time.toMillis() * plan.rate() / 1000);
        List<Arrival> mails = arrivals.come(mailboxes, count);
        ProviderTime provider = new ProviderTime(installation);
        Duration before = installation.cpu();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> asking = thread.submit(() -> {
                provider.measure(mails.getFirst());
                return null;
            });
            try {
                postman.deliver(mails, plan.rate());
                outcomes.awaitAll(PATIENCE);
            } finally {
                thread.shutdownNow();
            }
            asking.get();
        }
        double cpuMs = installation.cpu().minus(before).toNanos() / 1e6 / count;
        Histogram micros = outcomes.take();
        if (micros.getTotalCount() != count) {
            throw new IllegalStateException(
                    count + " callbacks were accepted and " + micros.getTotalCount() + " outcomes came");
        }
        arm.add(micros, provider.medianMs(), cpuMs);
        arrivals.leave(mails);
    }
}
