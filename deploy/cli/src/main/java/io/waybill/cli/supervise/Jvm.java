package io.waybill.cli.supervise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Options of programs' JVMs. */
public final class Jvm {
    /**
     * Serial GC and one compiler tier halve a small process; eight arenas of malloc per core would undo that. And one that has no memory
     * left ends and is started again: an error that may have struck any line would leave it half at work.
     */
    private static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:+ExitOnOutOfMemoryError");

    private Jvm() {}

    /** Those of a program with that heap ({@code -Xmx…}); WAYBILL_PROCESSOR_JAVA_OPTS and the like come last and win. */
    public static List<String> options(String program, String heap) {
        List<String> options = new ArrayList<>(SMALL);
        options.add(heap);
        String own = System.getenv("WAYBILL_" + program.toUpperCase(Locale.ROOT).replace('-', '_') + "_JAVA_OPTS");
        if (own != null && !own.isBlank()) {
            options.addAll(List.of(own.strip().split("\\s+")));
        }
        return options;
    }
}
