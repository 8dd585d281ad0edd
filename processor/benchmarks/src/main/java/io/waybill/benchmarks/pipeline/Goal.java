package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A ratio that is to be reached.
 *
 * @param scenario where
 * @param what of the arm and of its peer is compared
 * @param peer of {@link ArmKind#PIPELINE}
 * @param wanted the ratio: at least, or at most where less is better
 */
record Goal(Scenario scenario, Quantity what, Peer peer, double wanted) {
    static final List<Goal> ALL = List.of(
            new Goal(Scenario.UNCAPPED, Quantity.RATE, new Peer.Other(ArmKind.BLOCKING), 400),
            new Goal(Scenario.UNCAPPED, Quantity.RATE, new Peer.Other(ArmKind.HAND_WRITTEN), 0.6),
            new Goal(Scenario.CAPPED, Quantity.RATE, Scenario.CAPPED.yardstick(), 0.97),
            new Goal(Scenario.CAPPED, Quantity.RATE, new Peer.Other(ArmKind.PARALLEL_CONSUMER), 1),
            new Goal(Scenario.CAPPED, Quantity.CPU, new Peer.Other(ArmKind.PARALLEL_CONSUMER), 1),
            new Goal(Scenario.INSTANT, Quantity.RATE, new Peer.Other(ArmKind.PASS_THROUGH), 0.25));

    /** What is compared. */
    enum Quantity {
        /** Jobs a second; more is better. */
        RATE("jobs/s"),
        /** CPU of the arm's own JVM for a job; less is better. */
        CPU("CPU per job");

        private final String text;

        Quantity(String text) {
            this.text = text;
        }

        double of(Round round) {
            return switch (this) {
                case RATE -> round.perSecond();
                case CPU -> round.cpuPerJob();
            };
        }
    }

    /** The ratios of the rounds; empty where one of the two was not measured. */
    Optional<Spread> reached(Results results) {
        return results.ratio(scenario, ArmKind.PIPELINE, peer, what::of);
    }

    private boolean isReachedBy(double ratio) {
        return switch (what) {
            case RATE -> ratio >= wanted;
            case CPU -> ratio <= wanted;
        };
    }

    /** A row of the table. */
    String row(Spread ratio) {
        String format = wanted >= 10 ? "%,.0f" : "%.2f";
        return String.format(
                Locale.ROOT,
                "| %s: %s against %s | %s %s | %s | %s |",
                scenario.title(),
                what.text,
                peer.text(),
                what == Quantity.RATE ? "≥" : "≤",
                String.format(Locale.ROOT, format, wanted),
                ratio.text(format),
                isReachedBy(ratio.median()) ? "yes" : "no");
    }
}
