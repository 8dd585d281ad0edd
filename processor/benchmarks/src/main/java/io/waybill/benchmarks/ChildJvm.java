package io.waybill.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own on this one's class path. Its program ends when its standard input does, so it never outlives this JVM; what it
 * has to say it prints, line by line.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final BufferedReader said;
    private final BufferedWriter heard;

    private ChildJvm(Process process) {
        this.process = process;
        this.said = process.inputReader();
        this.heard = process.outputWriter();
    }

    /**
     * @param main whose {@code main} is run
     * @param options of the JVM: heap, system properties
     */
    public static ChildJvm start(Class<?> main, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The rest of the next line that begins so; what comes before it is passed over. Empty where it ended without one. */
    public Optional<String> nextLine(String beginning) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(beginning)) {
                return Optional.of(line.substring(beginning.length()));
            }
        }
        return Optional.empty();
    }

    /** What its threads have used of the processors. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Gives it a line to read. */
    public void tell(String line) throws IOException {
        heard.write(line);
        heard.newLine();
        heard.flush();
    }

    /** SIGKILL; returns when it is dead. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end. */
    public void endInput() {
        try {
            heard.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** For the program inside such a JVM: returns when it is asked to end. */
    public static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is said; the end of the stream is what is waited for.
        }
    }

    /** Asks it to end, and kills it where it has not done so within the limit: then this is false. */
    public boolean end(Duration limit) throws InterruptedException {
        endInput();
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            kill();
        }
        return ended;
    }

    @Override
    public void close() throws InterruptedException {
        end(END_LIMIT);
    }
}
