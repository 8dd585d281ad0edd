package io.waybill.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The files of one PostgreSQL. The caller has locked their directory.
 *
 * @param home the directory of data, password and log
 * @param binaries where {@code bin/postgres} is
 * @param password of the superuser; anybody on the machine can reach the port, so there must be one
 * @param user how to run the programs
 */
record PostgresCluster(Path home, Path binaries, String password, Unprivileged user) {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final int INITDB_SECONDS = 120;
    private static final int STOP_SECONDS = 60;
    private static final long LOG_LIMIT = 1 << 20;

    /** Opens the files of an earlier run, or makes new ones. Safe to repeat after a crash at any point. */
    static PostgresCluster open(Path home, Path binaries, Unprivileged user, boolean scratch) throws IOException {
        PostgresCluster cluster = new PostgresCluster(home, binaries, passwordIn(home.resolve("password")), user);
        if (Files.size(cluster.touchLog()) > LOG_LIMIT) {
            Files.move(cluster.log(), home.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
            cluster.touchLog();
        }
        if (user.owner().isPresent()) {
            DirectoryTree.give(home, user.owner().get());
        }
        if (!Files.exists(cluster.data())) {
            cluster.initialise(scratch);
        } else {
            cluster.endOrphan();
        }
        return cluster;
    }

    Path data() {
        return home.resolve("cluster");
    }

    Path log() {
        return home.resolve("server.log");
    }

    Path passwordFile() {
        return home.resolve("password");
    }

    /** Starts one of the programs; it ends when its output stream is closed, or with this JVM. */
    Process start(String program, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(binaries.resolve("bin").resolve(program).toString()));
        command.addAll(arguments);
        return WatchedProcess.start(user, log(), command);
    }

    /** The end of the server's log: what it says of itself when it does not start. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
        return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    private void initialise(boolean scratch) throws IOException {
        Path unfinished = home.resolve("cluster.unfinished");
        DirectoryTree.delete(unfinished);
        List<String> arguments = new ArrayList<>(List.of(
                "-D",
                unfinished.toString(),
                "-U",
                EmbeddedDatabase.USER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + passwordFile(),
                // Sorting and case must not depend on the locales of the machine.
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8"));
        if (scratch) {
            arguments.add("--no-sync");
        }
        if (!run("initdb", arguments, INITDB_SECONDS)) {
            throw new SandboxException(
                    "PostgreSQL could not make its data directory in " + home + ": " + lastWords(),
                    "Is there room on the disk? Otherwise use a database of your own with --database-url.");
        }
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * We hold the lock, so a {@code postmaster.pid} is stale, or its server outlived a process that was killed together with the
     * shell that watches over it. A stale one must go: its number may belong to another process now, which PostgreSQL
     * would take for itself.
     */
    private void endOrphan() throws IOException {
        Path pidFile = data().resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> orphan = Files.readAllLines(pidFile).stream()
                .findFirst()
                .filter(line -> line.matches("[0-9]{1,9}"))
                .flatMap(line -> ProcessHandle.of(Long.parseLong(line)))
                .filter(process -> process.info().commandLine().orElse("").contains(data().toString()));
        if (orphan.isPresent()) {
            run("pg_ctl", List.of("stop", "-D", data().toString(), "-m", "fast", "-w", "-t", "30"), STOP_SECONDS);
        }
        Files.deleteIfExists(pidFile);
    }

    private boolean run(String program, List<String> arguments, int seconds) throws IOException {
        Process process = start(program, arguments);
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Path touchLog() throws IOException {
        return Files.exists(log()) ? log() : Files.createFile(log(), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    private static String passwordIn(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[16];
            new SecureRandom().nextBytes(random);
            Path unfinished = file.resolveSibling("password.unfinished");
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            Files.writeString(unfinished, HexFormat.of().formatHex(random));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "PostgresCluster[" + home + "]";
    }
}
