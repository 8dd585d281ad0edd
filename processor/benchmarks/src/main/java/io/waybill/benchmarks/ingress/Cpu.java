package io.waybill.benchmarks.ingress;

import com.sun.management.OperatingSystemMXBean;
import io.waybill.benchmarks.BrokerProcess;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/**
 * Who has used the processors.
 *
 * @param ingress it or the bare endpoint; nobody where the producer is alone
 * @param load this JVM: whoever posts, and the producer alone
 */
record Cpu(Duration ingress, Duration broker, Duration load) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** From the start of each process until now. */
    static Cpu of(IngressProcess ingress, BrokerProcess broker) {
        return new Cpu(ingress.cpu(), broker.cpu(), Duration.ofNanos(SYSTEM.getProcessCpuTime()));
    }

    Cpu since(Cpu before) {
        return new Cpu(ingress.minus(before.ingress), broker.minus(before.broker), load.minus(before.load));
    }

    Cpu plus(Cpu other) {
        return new Cpu(ingress.plus(other.ingress), broker.plus(other.broker), load.plus(other.load));
    }

    /** Seconds for a thousand of something: the ingress's, the broker's, the load's. */
    String perThousand(double count) {
        return String.format(
                Locale.ROOT,
                "%.3f, %.3f, %.3f",
                ingress.toNanos() / 1e6 / count,
                broker.toNanos() / 1e6 / count,
                load.toNanos() / 1e6 / count);
    }
}
