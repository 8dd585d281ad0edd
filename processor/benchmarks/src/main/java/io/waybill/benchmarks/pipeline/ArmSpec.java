package io.waybill.benchmarks.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What an arm is told.
 *
 * @param kind which arm
 * @param bootstrapServers the broker's
 * @param applicationId of this round alone: names group, state and changelogs
 * @param latency how long a fetch takes; zero where it takes none
 * @param cap fetches that may run at once
 * @param directory for state
 * @param fetchPort where the fetch server listens; 0 where nothing is fetched over HTTP
 */
record ArmSpec(
        ArmKind kind,
        String bootstrapServers,
        String applicationId,
        Duration latency,
        int cap,
        Path directory,
        int fetchPort) {
    static final String USAGE =
            "usage: ArmProcess ARM BOOTSTRAP_SERVERS APPLICATION_ID LATENCY_MS CAP STATE_DIR FETCH_PORT";

    /** Reads what {@link #arguments} wrote; throws IllegalArgumentException with the usage for anything else. */
    static ArmSpec parse(String... arguments) {
        if (arguments.length != 7) {
            throw new IllegalArgumentException(USAGE);
        }
        try {
            return new ArmSpec(
                    ArmKind.of(arguments[0]),
                    arguments[1],
                    arguments[2],
                    Duration.ofMillis(Long.parseLong(arguments[3])),
                    Integer.parseInt(arguments[4]),
                    Path.of(arguments[5]),
                    Integer.parseInt(arguments[6]));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(wrong.getMessage() + "\n" + USAGE, wrong);
        }
    }

    List<String> arguments() {
        return List.of(
                kind.word(),
                bootstrapServers,
                applicationId,
                Long.toString(latency.toMillis()),
                Integer.toString(cap),
                directory.toString(),
                Integer.toString(fetchPort));
    }
}
