package io.waybill.sandbox.emulator;

import java.util.Random;

/** Chance that can be had again. */
public final class Dice {
    private final Random random;

    public Dice(long seed) {
        random = new Random(seed);
    }

    /** True so often. A fault that is off takes no number, so that others strike where they did without it. */
    public synchronized boolean falls(double share) {
        return share > 0 && random.nextDouble() < share;
    }
}
