package io.waybill.benchmarks.ingress;

import java.util.List;
import java.util.Locale;

/** The two ways in which the ingress is run. */
enum IngressJvm {
    /** As {@code waybill up} runs it, beside everything else on one machine. */
    SMALL("-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=48m -Xmx96m"),
    /** As a container would: the JVM's own choice of compilers and collector. */
    DEFAULT("-Xmx256m");

    private final String options;

    IngressJvm(String options) {
        this.options = options;
    }

    static IngressJvm of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    List<String> options() {
        return List.of(options.split(" ", -1));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
