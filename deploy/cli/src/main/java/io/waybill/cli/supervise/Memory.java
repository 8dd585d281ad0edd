package io.waybill.cli.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How much memory processes take: the proportional set size, which counts a shared page once. Linux tells it, others do not. */
public final class Memory {
    private Memory() {}

    /** Of a process and all its descendants, in bytes; empty where the system does not tell. */
    public static OptionalLong ofTree(ProcessHandle root) {
        long sum = Stream.concat(Stream.of(root), root.descendants())
                .mapToLong(process -> pss(process.pid()))
                .sum();
        return sum > 0 ? OptionalLong.of(sum) : OptionalLong.empty();
    }

    private static long pss(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .sum();
        } catch (IOException | java.io.UncheckedIOException goneOrNotTold) {
            return 0;
        }
    }
}
