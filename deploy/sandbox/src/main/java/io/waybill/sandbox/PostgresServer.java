package io.waybill.sandbox;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One running server process. */
record PostgresServer(PostgresCluster cluster, int port, Process watcher) {
    private static final Duration READINESS_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(50);

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("listen_addresses", LoopbackPort.HOST),
            Map.entry("unix_socket_directories", ""),
            // The processor's pool, the command line's and some for looking around.
            Map.entry("max_connections", "60"),
            // Small on purpose: the whole demo shares 1.2 GiB.
            Map.entry("shared_buffers", "24MB"),
            Map.entry("huge_pages", "off"),
            Map.entry("jit", "off"),
            Map.entry("io_method", "sync"),
            Map.entry("wal_level", "minimal"),
            Map.entry("max_wal_senders", "0"),
            Map.entry("max_logical_replication_workers", "0"),
            Map.entry("max_wal_size", "256MB"),
            // Statements and keys may hold what a stranger wrote: they must not get into the log.
            Map.entry("log_min_error_statement", "panic"),
            Map.entry("log_error_verbosity", "terse"));

    /** @throws SandboxException with the server's own words, if it ends or does not answer within 60 s */
    static PostgresServer start(PostgresCluster cluster, int port, boolean scratch) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-D", cluster.data().toString(), "-p", Integer.toString(port)));
        SETTINGS.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        if (scratch) {
            arguments.addAll(List.of("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"));
        }
        Process watcher = cluster.start("postgres", arguments);
        PostgresServer server = new PostgresServer(cluster, port, watcher);
        try {
            server.awaitReadiness();
            return server;
        } catch (IOException | RuntimeException broken) {
            server.stop();
            throw broken;
        }
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://" + LoopbackPort.HOST + ":" + port + "/" + database;
    }

    CompletableFuture<Void> onExit() {
        return watcher.onExit().thenAccept(ended -> {});
    }

    void createDatabase(String name) throws IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException refused) {
            throw new IOException("the database " + name + " could not be made: SQL state " + refused.getSQLState());
        }
    }

    /** Makes the server and its sessions stand still, until {@link #stop}. */
    void halt() throws IOException {
        Set<String> halted = new TreeSet<>();
        // A session may begin between two looks.
        while (halted.addAll(processes())) {
            signal("STOP", halted);
        }
    }

    void stop() {
        try {
            // An interrupt is PostgreSQL's fast stop: connections are broken, data is written.
            watcher.getOutputStream().close();
        } catch (IOException closedAlready) {
            // The shell has ended, and its server with it.
        }
        try {
            // What stands still does not hear the interrupt.
            signal("CONT", processes());
        } catch (IOException noShell) {
            // Then nobody halted it either.
        }
        try {
            if (!watcher.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                // Its data outlives this as it would a power cut.
                watcher.descendants().forEach(ProcessHandle::destroyForcibly);
                watcher.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Set<String> processes() {
        return watcher.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"))
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.toSet());
    }

    private static void signal(String name, Set<String> processes) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + name + " \"$@\"", "signal"));
        command.addAll(processes);
        Process kill = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // Its exit code says nothing: one of them may have ended meanwhile.
            kill.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReadiness() throws IOException {
        long deadline = System.nanoTime() + READINESS_LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                if (watcher.waitFor(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new SandboxException(
                            "PostgreSQL ended while it started on port " + port + ": " + cluster.lastWords(),
                            "Its log is " + cluster.log() + "; a database of your own goes with --database-url.");
                }
                connect().close();
                return;
            } catch (SQLException notYet) {
                // Refused, or still starting up: ask again.
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while PostgreSQL started", interrupted);
            }
        }
        throw new SandboxException(
                "PostgreSQL does not answer on port " + port + " after " + READINESS_LIMIT.toSeconds() + " s",
                "Its log is " + cluster.log() + "; a database of your own goes with --database-url.");
    }

    private Connection connect() throws SQLException {
        Properties login = new Properties();
        login.put("user", EmbeddedDatabase.USER);
        login.put("password", cluster.password());
        login.put("connectTimeout", "5");
        login.put("loginTimeout", "5");
        return DriverManager.getConnection(jdbcUrl("postgres"), login);
    }
}
