package io.waybill.cli.topics;

import io.waybill.cli.Problem;

/** How many partitions topics may be created with. */
public final class Partitions {
    /** Far above what one cluster of consumers can share. */
    static final int MAX = 1_000;

    private Partitions() {}

    /** Throws {@link Problem} where no topic can have so many. */
    public static void require(int partitions) {
        if (partitions < 1 || partitions > MAX) {
            throw Problem.usage("not a number of partitions", "--partitions", "Write 1 to " + MAX + ".");
        }
    }
}
