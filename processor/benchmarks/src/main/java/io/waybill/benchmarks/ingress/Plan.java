package io.waybill.benchmarks.ingress;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How much is measured; each has a system property of its name.
 *
 * @param provider whose ingress
 * @param rounds of each arm, interleaved with the others
 * @param warmUp of each arm, before the first round
 * @param round of the maximum rate
 * @param latency a round at half of the maximum rate; zero leaves it out
 * @param heap at the maximum rate, with the heap looked at every {@link #sample}; zero leaves it out
 * @param outage the same without a broker; zero leaves it out
 * @param sample between two looks at the heap
 * @param jvms how the ingress is run; the heap is that of the first
 * @param items notifications in one POST; the heap run has the last
 * @param connections each has one request at a time. The ingress takes 64
 */
record Plan(
        String provider,
        int rounds,
        Duration warmUp,
        Duration round,
        Duration latency,
        Duration heap,
        Duration outage,
        Duration sample,
        List<IngressJvm> jvms,
        List<Integer> items,
        int connections) {
    /** The short form: two minutes. */
    static Plan ofProcess() {
        return new Plan(
                System.getProperty("provider", "microsoft"),
                Integer.getInteger("rounds", 3),
                seconds("warmUp", 6),
                seconds("round", 4),
                seconds("latency", 4),
                seconds("heap", 0),
                seconds("outage", 0),
                seconds("sample", 30),
                words("jvms", "small,default").stream().map(IngressJvm::of).toList(),
                words("items", "1,20").stream().map(Integer::valueOf).toList(),
                Integer.getInteger("connections", 64));
    }

    Callbacks callbacks() {
        return switch (provider) {
            case "microsoft" -> new GraphCallbacks();
            case "google" -> new GmailCallbacks();
            default -> throw new IllegalArgumentException("-Dprovider is microsoft or google");
        };
    }

    private static Duration seconds(String name, int otherwise) {
        return Duration.ofSeconds(Integer.getInteger(name, otherwise));
    }

    private static List<String> words(String name, String otherwise) {
        return Arrays.asList(System.getProperty(name, otherwise).split(","));
    }
}
