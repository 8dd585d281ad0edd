package io.waybill.cli;

import java.io.Console;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a command runs.
 *
 * @param variables the environment
 * @param home the user's home folder; of the process where the user has none
 * @param terminal whether a person looks at the output: bars and colour are for people
 * @param clock the time
 */
public record Surroundings(Map<String, String> variables, Path home, boolean terminal, Clock clock) {
    public Surroundings {
        variables = Map.copyOf(variables);
    }

    /** Those of this process. */
    @SuppressWarnings(
            "SystemConsoleNull") // JDK 22 to 24 return a console always, JDK 25 null again where there is no terminal
    public static Surroundings ofProcess() {
        Console console = System.console();
        return new Surroundings(
                System.getenv(),
                Path.of(System.getProperty("user.home", ".")).toAbsolutePath(),
                console != null && console.isTerminal(),
                Clock.systemUTC());
    }

    /** The same without some variables. */
    public Surroundings without(Set<String> names) {
        Map<String, String> left = new HashMap<>(variables);
        left.keySet().removeAll(names);
        return new Surroundings(left, home, terminal, clock);
    }

    /** A variable that is set to something. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** Whether colour is welcome: a terminal, and no NO_COLOR (no-color.org). */
    public boolean colour() {
        return terminal && variable("NO_COLOR").isEmpty();
    }
}
