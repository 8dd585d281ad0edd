package io.waybill.benchmarks.fairness;

import java.time.Duration;

/**
 * How much is measured; each has a system property of its name.
 *
 * @param rounds each has every disturbance once, and the others alone before each
 * @param warmUp before the first round, under the hot tenant's load
 * @param round how long one phase is measured
 * @param longPhase how long the last is, with everything at once; {@code -Dlong}; zero leaves it out
 * @param quiet jobs a second of all quiet mailboxes together; the hot tenant has nine times as many
 * @param trouble jobs a second for each mailbox that hangs or is throttled
 * @param fetch how long a fetch takes, in milliseconds
 * @param parked rows that are parked
 */
record Plan(
        int rounds,
        Duration warmUp,
        Duration round,
        Duration longPhase,
        int quiet,
        int trouble,
        Duration fetch,
        int parked) {

    Plan {
        if (rounds < 0 || quiet < 1 || trouble < 1 || parked < 1 || !round.isPositive()) {
            throw new IllegalArgumentException(
                    "-Drounds must not be negative; -Dround, -Dquiet, -Dtrouble and -Dparked must be positive");
        }
    }

    static Plan ofProcess() {
        return new Plan(
                Integer.getInteger("rounds", 5),
                seconds("warmUp", 30),
                seconds("round", 20),
                seconds("long", 900),
                Integer.getInteger("quiet", 200),
                Integer.getInteger("trouble", 20),
                Duration.ofMillis(Integer.getInteger("fetch", 50)),
                Integer.getInteger("parked", 100_000));
    }

    private static Duration seconds(String name, int otherwise) {
        return Duration.ofSeconds(Integer.getInteger(name, otherwise));
    }
}
