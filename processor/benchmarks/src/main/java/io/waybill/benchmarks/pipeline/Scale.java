package io.waybill.benchmarks.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Where a value lies along an axis. */
sealed interface Scale {
    /** From 0 at the axis's beginning to 1 at its end. */
    double at(double value);

    /** Values to be named on the axis. */
    List<Double> ticks();

    /** Begins at zero, so that lengths compare. */
    record Linear(double step, double max) implements Scale {
        @Override
        public double at(double value) {
            return value / max;
        }

        @Override
        public List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            for (double tick = 0; tick <= max * 1.0001; tick += step) {
                ticks.add(tick);
            }
            return ticks;
        }
    }

    /** For values that are more than {@link #FAR} apart: each tick is ten times the one before. */
    record Logarithmic(double min, double max) implements Scale {
        @Override
        public double at(double value) {
            return Math.log(value / min) / Math.log(max / min);
        }

        @Override
        public List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            for (double tick = min; tick <= max * 1.0001; tick *= 10) {
                ticks.add(tick);
            }
            return ticks;
        }
    }

    double FAR = 50;

    /** One on which all values from the least to the most can be told apart; both are positive. */
    static Scale of(double least, double most) {
        if (most / least > FAR) {
            return new Logarithmic(decade(least), decade(most) * (most > decade(most) ? 10 : 1));
        }
        double decade = decade(most);
        double step = most / decade > 5 ? 2 * decade : most / decade > 2 ? decade : decade / 2;
        return new Linear(step, Math.ceil(most / step) * step);
    }

    /** The power of ten that is not above it. */
    private static double decade(double value) {
        return Math.pow(10, Math.floor(Math.log10(value)));
    }
}
