package io.waybill.benchmarks.latency;

import io.waybill.benchmarks.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The mails of one handler, and their rounds so far. */
final class Arm {
    private final String handler;
    private final List<Double> p50 = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final List<Double> p999 = new ArrayList<>();
    private final List<Double> longest = new ArrayList<>();
    private final List<Double> provider = new ArrayList<>();
    private final List<Double> ownP50 = new ArrayList<>();
    private final List<Double> ownP99 = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();

    Arm(String handler) {
        this.handler = handler;
    }

    String handler() {
        return handler;
    }

    /**
     * Adds a round.
     *
     * @param providerMs the median of what Graph took for a mail. It is taken off every percentile: off the highest ones that is less
     *     than its share
     * @param cpuMs ingress and processor, for each callback
     */
    void add(Histogram micros, double providerMs, double cpuMs) {
        p50.add(micros.getValueAtPercentile(50) / 1e3);
        p99.add(micros.getValueAtPercentile(99) / 1e3);
        p999.add(micros.getValueAtPercentile(99.9) / 1e3);
        longest.add(micros.getMaxValue() / 1e3);
        provider.add(providerMs);
        ownP50.add(p50.getLast() - providerMs);
        ownP99.add(p99.getLast() - providerMs);
        cpu.add(cpuMs);
    }

    static String head() {
        return """

            | handler | p50 ms | p99 ms | p99.9 ms | longest ms | provider, both calls, ms | p50 without it | p99 without it | CPU ms a callback |
            |---|---|---|---|---|---|---|---|---|\
            """;
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s |",
                handler,
                text(p50),
                text(p99),
                text(p999),
                text(longest),
                text(provider),
                text(ownP50),
                text(ownP99),
                Spread.of(cpu).text("%.2f"));
    }

    private static String text(List<Double> rounds) {
        return Spread.of(rounds).text("%.1f");
    }
}
