package io.waybill.benchmarks.recovery;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How much is measured; each has a system property of its name.
 *
 * @param what is measured
 * @param rounds of each arm, interleaved with the others
 * @param rows settled jobs in the changelog; {@link What#TAKEOVER} has the first number, {@link What#REDISPATCH} none
 * @param afterSession whether a pipeline that was killed is restarted when the group has put it out, and not at once: then the rest of
 *     its session is part of the time
 * @param rate jobs a second, whatever becomes of them
 * @param fetch of the jobs at that rate, in milliseconds
 * @param warmUp at that rate before the kill, at least
 * @param after at that rate after the kill, at least; longer than a session
 * @param open jobs that have begun and not ended when their process is killed
 * @param jobs as fast as they go, after {@link #warmUpJobs} of them
 * @param jvm options of a pipeline's JVM
 * @param patience with anything that is waited for
 * @param fault what is done wrong on purpose, to see that it is found
 */
record Plan(
        What what,
        int rounds,
        List<Long> rows,
        boolean afterSession,
        int rate,
        int fetch,
        Duration warmUp,
        Duration after,
        int open,
        int jobs,
        int warmUpJobs,
        List<String> jvm,
        Duration patience,
        Fault fault) {

    enum What {
        RESTORE("1000000,10000000"),
        TAKEOVER("2000000"),
        REDISPATCH("0"),
        GROWTH("0,1000000,10000000");

        private final String rows;

        What(String rows) {
            this.rows = rows;
        }
    }

    enum Fault {
        NONE,
        /** The settled rows are those of other jobs. */
        UNSETTLED,
        /** A job is not announced. */
        LOST,
        /** An outcome is written twice. */
        DOUBLED
    }

    Plan {
        if (rounds < 1 || rate < 1 || fetch < 0 || open < 1 || jobs < 1 || warmUpJobs < 0 || rows.isEmpty()) {
            throw new IllegalArgumentException("rounds, rate, open and jobs must be positive");
        }
        if (what == What.RESTORE && rows.stream().anyMatch(count -> count < Mailboxes.COUNT)) {
            throw new IllegalArgumentException("rows must be " + Mailboxes.COUNT + " at least, one of each mailbox");
        }
    }

    static Plan ofProcess() {
        What what = word(What.class, "what", null);
        return new Plan(
                what,
                Integer.getInteger("rounds", 5),
                Arrays.stream(System.getProperty("rows", what.rows).split(",", -1))
                        .map(Long::valueOf)
                        .toList(),
                Boolean.parseBoolean(System.getProperty("afterSession", "true")),
                Integer.getInteger("rate", 500),
                Integer.getInteger("fetch", 20),
                seconds("warmUp", 20),
                seconds("after", 20),
                Integer.getInteger("open", 100_000),
                Integer.getInteger("jobs", 200_000),
                Integer.getInteger("warmUpJobs", 100_000),
                List.of(System.getProperty("jvm", "-Xmx1g").strip().split("\\s+")),
                seconds("patience", 600),
                word(Fault.class, "fault", Fault.NONE));
    }

    private static Duration seconds(String name, int otherwise) {
        return Duration.ofSeconds(Integer.getInteger(name, otherwise));
    }

    private static <E extends Enum<E>> E word(Class<E> words, String name, E otherwise) {
        String word = System.getProperty(name);
        if (word == null && otherwise != null) {
            return otherwise;
        }
        return Arrays.stream(words.getEnumConstants())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("-D" + name + " must be one of "
                        + Arrays.toString(words.getEnumConstants()).toLowerCase(Locale.ROOT) + ", not " + word));
    }
}
