package io.waybill.cli.handlers;

import io.waybill.cli.Problem;
import io.waybill.cli.child.ListHandlers;
import io.waybill.cli.supervise.Tree;
import io.waybill.handler.jars.HandlerJars;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The names of handlers. A jar's name for its handler is told by its code alone, so that a process of its own asks for it. */
public final class HandlerNames {
    /** What Waybill itself brings along. */
    public static final List<String> OURS = List.of("tickets");

    /** Constructing handlers takes milliseconds; on a loaded machine the JVM for it took up to 5 s. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private HandlerNames() {}

    /** The handlers in the jars of a folder, without ours. Throws {@link Problem} that names the jar and the cause. */
    public static NavigableSet<String> in(Path folder) {
        List<String> command = new ArrayList<>(List.of(
                Tree.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                place(ListHandlers.class) + File.pathSeparator + place(HandlerJars.class),
                ListHandlers.class.getName(),
                folder.toString()));
        command.addAll(OURS);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw unusable("they were not loaded within " + LIMIT.toSeconds() + " s", folder);
            }
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != ListHandlers.DONE) {
                throw unusable(told.isBlank() ? "the process that looks at them ended" : told.strip(), folder);
            }
            return new TreeSet<>(told.lines().toList());
        } catch (IOException cannot) {
            throw Problem.incomplete(
                    "cannot start a process (" + cannot.getClass().getSimpleName() + ")",
                    Tree.java().toString(),
                    "Are there processes and memory left? Look at `ulimit -a` and `free -m`.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Problem.incomplete("interrupted", folder.toString(), "");
        }
    }

    private static Problem unusable(String why, Path folder) {
        return Problem.usage(
                "the handlers cannot be used: " + why,
                folder.toString(),
                "Mend the jar, or take it out of the folder.");
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
