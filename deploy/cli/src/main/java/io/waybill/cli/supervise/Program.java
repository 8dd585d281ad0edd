package io.waybill.cli.supervise;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one child process runs.
 *
 * @param name for messages and the log file
 * @param module its folder in the tree, which holds {@code target/<jar>} and {@code target/lib}
 * @param mainClass started with {@code arguments}
 * @param arguments of the main class
 * @param jvm options of its JVM: memory above all
 * @param environment added to this process's own
 * @param furtherClassPath after its own class path
 * @param ready whether it serves, asked every tenth of a second; an {@link Answer} is fed from its standard output
 * @param grace how long it may take to stop before it is killed
 */
public record Program(
        String name,
        String module,
        String mainClass,
        List<String> arguments,
        List<String> jvm,
        Map<String, String> environment,
        List<Path> furtherClassPath,
        Readiness ready,
        Duration grace) {
    /** Micronaut closes within seconds, the broker within five. */
    public static final Duration GRACE = Duration.ofSeconds(10);

    public Program {
        arguments = List.copyOf(arguments);
        jvm = List.copyOf(jvm);
        environment = Map.copyOf(environment);
        furtherClassPath = List.copyOf(furtherClassPath);
    }

    /** Environments may hold tokens. */
    @Override
    public String toString() {
        return "Program[" + name + "]";
    }
}
