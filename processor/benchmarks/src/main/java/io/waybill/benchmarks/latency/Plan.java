package io.waybill.benchmarks.latency;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How much is measured; each has a system property of its name.
 *
 * @param rounds of each handler, interleaved with the others
 * @param warmUp of each handler, before the first round
 * @param round how long callbacks come in one
 * @param rate callbacks a second, one notification in each
 * @param handlers what becomes of the mails: {@code tickets} stores them in PostgreSQL, {@code rehearsal} does nothing
 * @param mailboxes of each handler
 * @param bytes of a mail
 * @param provider how long Graph waits before it answers one of the two calls that a mail takes, in milliseconds
 * @param jvm how the programs are run
 */
record Plan(
        int rounds,
        Duration warmUp,
        Duration round,
        int rate,
        List<String> handlers,
        int mailboxes,
        int bytes,
        Duration provider,
        Jvm jvm) {

    /** The two ways in which the programs are run. */
    enum Jvm {
        /** As {@code waybill up} runs them, beside everything else on one machine. */
        SMALL,
        /** As a container would: the JVM's own choice of compilers and collector. */
        DEFAULT;

        List<String> options() {
            return switch (this) {
                case SMALL -> List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=48m");
                case DEFAULT -> List.of();
            };
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Plan {
        if (rounds < 1 || rate < 1 || mailboxes < 1 || bytes < 1 || !round.isPositive() || handlers.isEmpty()) {
            throw new IllegalArgumentException(
                    "-Drounds, -Dround, -Drate, -Dmailboxes, -Dbytes and -Dhandlers must not be zero or empty");
        }
        if (!List.of("tickets", "rehearsal").containsAll(handlers)) {
            throw new IllegalArgumentException("-Dhandlers is tickets, rehearsal or both with a comma between them");
        }
    }

    /** The short form: two minutes and the start of the programs. */
    static Plan ofProcess() {
        return new Plan(
                Integer.getInteger("rounds", 3),
                Duration.ofSeconds(Integer.getInteger("warmUp", 15)),
                Duration.ofSeconds(Integer.getInteger("round", 10)),
                Integer.getInteger("rate", 200),
                Arrays.asList(
                        System.getProperty("handlers", "tickets,rehearsal").split(",")),
                Integer.getInteger("mailboxes", 120),
                Integer.getInteger("bytes", 4_000),
                Duration.ofMillis(Integer.getInteger("provider", 0)),
                jvm(System.getProperty("jvm", "default")));
    }

    private static Jvm jvm(String word) {
        return Arrays.stream(Jvm.values())
                .filter(jvm -> jvm.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("-Djvm is small or default, not " + word));
    }
}
