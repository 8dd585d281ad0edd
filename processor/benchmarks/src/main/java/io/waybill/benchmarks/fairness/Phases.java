package io.waybill.benchmarks.fairness;

import io.waybill.benchmarks.OutcomeTimes;
import io.waybill.benchmarks.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What was measured of the quiet mailboxes under one disturbance: a value for each round. */
final class Phases {
    private final List<Double> p50 = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final List<Double> p50OfBase = new ArrayList<>();
    private final List<Double> p99OfBase = new ArrayList<>();
    private double longestBetweenPolls;
    private double longestProcess;
    private double longestPunctuate;

    /** One phase. */
    record Phase(Histogram micros, PipelineProcess.Look look) {}

    /** Those of one round: the others alone several times, and each disturbance once. */
    static final class Round {
        private final Histogram base = OutcomeTimes.histogram();
        private final List<PipelineProcess.Look> baseLooks = new ArrayList<>();
        private final Map<Disturbance, Phase> disturbed = new EnumMap<>(Disturbance.class);

        void add(Disturbance disturbance, Phase phase) {
            if (disturbance == Disturbance.BASE) {
                base.add(phase.micros());
                baseLooks.add(phase.look());
            } else {
                disturbed.put(disturbance, phase);
            }
        }

        /** Hands its phases to those that keep them by disturbance. */
        void addTo(Map<Disturbance, Phases> all) {
            Phases ofBase = all.computeIfAbsent(Disturbance.BASE, _ -> new Phases());
            baseLooks.forEach(ofBase::seen);
            ofBase.add(base, base);
            disturbed.forEach((disturbance, phase) -> {
                Phases phases = all.computeIfAbsent(disturbance, _ -> new Phases());
                phases.seen(phase.look());
                phases.add(phase.micros(), base);
            });
        }
    }

    private void seen(PipelineProcess.Look look) {
        longestBetweenPolls = Math.max(longestBetweenPolls, look.betweenPolls());
        longestProcess = Math.max(longestProcess, look.process());
        longestPunctuate = Math.max(longestPunctuate, look.punctuate());
    }

    private void add(Histogram micros, Histogram base) {
        p50.add(micros.getValueAtPercentile(50) / 1e3);
        p99.add(micros.getValueAtPercentile(99) / 1e3);
        p50OfBase.add(micros.getValueAtPercentile(50) / (double) base.getValueAtPercentile(50));
        p99OfBase.add(micros.getValueAtPercentile(99) / (double) base.getValueAtPercentile(99));
    }

    static String head() {
        return """

            | beside the others | p50 ms | p99 ms | p50 / alone | p99 / alone | longest between polls, process(), punctuate() ms |
            |---|---|---|---|---|---|\
            """;
    }

    String row(Disturbance disturbance) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %.0f, %.0f, %.0f |",
                disturbance.text(),
                Spread.of(p50).text("%.1f"),
                Spread.of(p99).text("%.1f"),
                Spread.of(p50OfBase).text("%.2f"),
                Spread.of(p99OfBase).text("%.2f"),
                longestBetweenPolls,
                longestProcess,
                longestPunctuate);
    }
}
