package io.waybill.benchmarks;

import java.util.Collection;
import java.util.Locale;

/** What several rounds have in common, and how far they are apart. */
public record Spread(double median, double min, double max) {
    /** @param rounds what each round gave, one at least */
    public static Spread of(Collection<Double> rounds) {
        double[] sorted =
                rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** The median, and the others behind it. */
    public String text(String format) {
        return String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, min, max);
    }
}
