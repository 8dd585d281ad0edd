package io.waybill.sandbox.graph;

import java.util.Random;

/** Chance that can be had again. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        random = new Random(seed);
    }

    /** True so often. A fault that is off takes no number, so that others strike where they did without it. */
    synchronized boolean falls(double share) {
        return share > 0 && random.nextDouble() < share;
    }
}
