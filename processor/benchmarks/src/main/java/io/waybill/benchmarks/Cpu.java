package io.waybill.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/**
 * Who has used the processors.
 *
 * @param measured what is measured: an ingress, an arm of the table; nobody where this JVM itself is measured
 * @param broker the broker
 * @param load this JVM and its like: whoever posts, feeds and answers
 */
public record Cpu(Duration measured, Duration broker, Duration load) {
    public static final Cpu NONE = new Cpu(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /**
     * From the start of each process until now.
     *
     * @param measured what the measured process has used so far
     */
    public static Cpu of(Duration measured, BrokerProcess broker) {
        return new Cpu(measured, broker.cpu(), Duration.ofNanos(SYSTEM.getProcessCpuTime()));
    }

    public Cpu since(Cpu before) {
        return new Cpu(measured.minus(before.measured), broker.minus(before.broker), load.minus(before.load));
    }

    public Cpu plus(Cpu other) {
        return new Cpu(measured.plus(other.measured), broker.plus(other.broker), load.plus(other.load));
    }

    /** Seconds for a thousand of something: what is measured, the broker, the load. */
    public String perThousand(double count) {
        return String.format(
                Locale.ROOT,
                "%.3f, %.3f, %.3f",
                measured.toNanos() / 1e6 / count,
                broker.toNanos() / 1e6 / count,
                load.toNanos() / 1e6 / count);
    }
}
