package io.waybill.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Runs command lines in this process, with a home folder and variables of their own. */
public final class Run {
    private final Path home;
    private final Map<String, String> variables = new HashMap<>();

    public Run(Path home) {
        this.home = home;
    }

    public Run with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    public Ran execute(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Waybill.execute(
                new Surroundings(variables, home, false, Clock.systemUTC()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
        return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
