package io.waybill.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How to run a program that refuses to run as root, as PostgreSQL does.
 *
 * @param prefix what to put before the command; empty where we are not root
 * @param owner the user who must own the program's files, where that is another than ours
 */
record Unprivileged(List<String> prefix, Optional<String> owner) {
    private static final List<String> USERS = List.of("postgres", "nobody");
    private static final int PROBE_SECONDS = 10;

    /**
     * Finds a way on this machine.
     *
     * @param directory what the program must be able to enter
     * @throws SandboxException if we are root and there is no way to be another
     */
    static Unprivileged on(Path directory) {
        return on(directory, Unprivileged::output);
    }

    /** @param shell answers with what a command printed, or empty where it failed */
    static Unprivileged on(Path directory, Function<List<String>, Optional<String>> shell) {
        if (!isRoot(shell, List.of())) {
            return new Unprivileged(List.of(), Optional.empty());
        }
        // A user namespace of its own: root sees itself as nobody there and still owns its files. Many containers
        // forbid it.
        List<String> namespace = List.of("unshare", "-U");
        if (isSomebodyElse(shell, namespace)) {
            return new Unprivileged(namespace, Optional.empty());
        }
        for (String user : USERS) {
            List<String> as = List.of("runuser", "-u", user, "--");
            if (isSomebodyElse(shell, as)) {
                Path parent = directory.toAbsolutePath().getParent();
                if (shell.apply(join(as, List.of("test", "-x", parent.toString())))
                        .isEmpty()) {
                    throw new SandboxException(
                            "PostgreSQL does not run as root, and the user " + user + " may not enter " + parent,
                            "Name a directory that others may enter with --data, or use a database of your own with"
                                    + " --database-url.");
                }
                return new Unprivileged(as, Optional.of(user));
            }
        }
        throw new SandboxException(
                "PostgreSQL does not run as root, and this machine allows neither `unshare -U` nor `runuser`",
                "Start Waybill as another user, or use a database of your own with --database-url.");
    }

    List<String> command(List<String> command) {
        return join(prefix, command);
    }

    private static boolean isRoot(Function<List<String>, Optional<String>> shell, List<String> prefix) {
        return shell.apply(join(prefix, List.of("id", "-u")))
                .filter("0"::equals)
                .isPresent();
    }

    private static boolean isSomebodyElse(Function<List<String>, Optional<String>> shell, List<String> prefix) {
        return shell.apply(join(prefix, List.of("id", "-u")))
                .filter(id -> !id.equals("0"))
                .isPresent();
    }

    private static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static Optional<String> output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 ? Optional.of(printed) : Optional.empty();
        } catch (IOException noSuchProgram) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
