package io.waybill.benchmarks.ingress;

import io.waybill.benchmarks.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One way of running the ingress and of posting to it, and its rounds so far. */
final class Arm {
    private final IngressProcess ingress;
    private final int items;
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> medians = new ArrayList<>();
    private final List<Double> p99s = new ArrayList<>();
    private Cpu cpu = new Cpu(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    private long accepted;
    private long refused;
    private double longest;

    Arm(IngressProcess ingress, int items) {
        this.ingress = ingress;
        this.items = items;
    }

    IngressProcess ingress() {
        return ingress;
    }

    /** In each POST. */
    int items() {
        return items;
    }

    /** Adds a round at the maximum rate. */
    void flooded(Load.Answers answers, Cpu used) {
        rates.add(answers.acceptedPerSecond() * items);
        cpu = cpu.plus(used);
        accepted += answers.accepted() * items;
        refused += answers.unavailable();
    }

    /** Adds a round at half of it. */
    void steady(Load.Answers answers) {
        medians.add(answers.micros().getValueAtPercentile(50) / 1e3);
        p99s.add(answers.micros().getValueAtPercentile(99) / 1e3);
        longest = Math.max(longest, answers.micros().getMaxValue() / 1e3);
        refused += answers.unavailable();
    }

    /** Accepted notifications a second. */
    Spread rate() {
        return Spread.of(rates);
    }

    private String name() {
        return ingress.jvm().word() + ", " + items + " in a POST";
    }

    /** A row: rate, its part of the producer's, processors. */
    String rateRow(double producerAlone) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %s | %d |",
                name(),
                rate().text("%,.0f"),
                rate().median() / producerAlone,
                cpu.perThousand((double) accepted),
                refused);
    }

    /** A row: the load and how long the answers took. */
    String latencyRow() {
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %s | %s | %.1f | %d |",
                name(),
                rate().median() / 2,
                Spread.of(medians).text("%.1f"),
                Spread.of(p99s).text("%.1f"),
                longest,
                refused);
    }
}
