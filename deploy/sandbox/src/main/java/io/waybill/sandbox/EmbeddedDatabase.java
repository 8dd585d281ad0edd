package io.waybill.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A real PostgreSQL 18 on 127.0.0.1, run as a child of this JVM: it stops when the JVM ends, however that ends. With a data
 * directory what it stored is there again at the next start.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    /** The user who owns the database; also the database's name. */
    public static final String USER = "waybill";

    private static final int PORT_TRIES = 5;

    private final PostgresCluster cluster;
    private final DirectoryLock lock;
    private final boolean scratch;
    private PostgresServer server;

    private EmbeddedDatabase(PostgresCluster cluster, DirectoryLock lock, boolean scratch, PostgresServer server) {
        this.cluster = cluster;
        this.lock = lock;
        this.scratch = scratch;
        this.server = server;
    }

    /**
     * Starts a server on a directory of its own and waits until it answers. Everything goes there: programs, data, password, log.
     *
     * @param dataDirectory created if missing
     * @param port the port, or 0 for a free one
     * @throws SandboxException if the port is taken, the directory in use, or PostgreSQL cannot run here
     */
    public static EmbeddedDatabase start(Path dataDirectory, int port) {
        return start(dataDirectory, dataDirectory, port);
    }

    /**
     * The same with the programs elsewhere, so that they need not be unpacked for each data directory.
     *
     * @param programs where to look for the programs, or to unpack them if there are none yet; 60 MB
     */
    public static EmbeddedDatabase start(Path dataDirectory, Path programs, int port) {
        try {
            requireFree(port);
            return start(dataDirectory, PostgresBinaries.unpack(programs.toAbsolutePath()), port, false);
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    /** Starts an empty one for tests: a free port, a temporary directory that {@link #close} deletes, no flushing to disk. */
    public static EmbeddedDatabase startScratch() {
        try {
            return start(Files.createTempDirectory("waybill-postgres-"), PostgresBinaries.ofThisJvm(), 0, true);
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    public String jdbcUrl() {
        return server.jdbcUrl(USER);
    }

    /**
     * Makes one more empty database, for a test that wants its own on a shared server; one that exists is kept.
     *
     * @param name letters, digits and underscores
     * @return its JDBC URL
     */
    public String createDatabase(String name) {
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a database name: " + name);
        }
        try {
            server.createDatabase(name);
            return server.jdbcUrl(name);
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    public String user() {
        return USER;
    }

    /** Made at random for each data directory and kept in the file {@link #passwordFile}. */
    public String password() {
        return cluster.password();
    }

    /** The file with the password, readable by its owner only. */
    public Path passwordFile() {
        return cluster.passwordFile();
    }

    public int port() {
        return server.port();
    }

    /** Completed when the server ends, also by {@link #stop}. */
    public CompletableFuture<Void> onExit() {
        return server.onExit();
    }

    /** Stops the server, breaking its connections, and keeps its data: clients see an outage until {@link #startAgain()}. */
    public synchronized void stop() {
        server.stop();
    }

    /**
     * Makes the server stand still: connections stay open, new ones are taken, and nobody answers, until {@link #stop()}. The only
     * state in which it would outlive this JVM.
     */
    public synchronized void halt() {
        try {
            server.halt();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Starts a stopped server on its port and data, and waits until it answers. */
    public synchronized void startAgain() {
        try {
            server = PostgresServer.start(cluster, server.port(), scratch);
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    @Override
    public synchronized void close() {
        try (lock) {
            server.stop();
            if (scratch) {
                DirectoryTree.delete(cluster.home());
            }
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }

    private static EmbeddedDatabase start(Path directory, Path binaries, int port, boolean scratch) throws IOException {
        Path home = directory.toAbsolutePath();
        DirectoryLock lock = DirectoryLock.take(home);
        try {
            PostgresCluster cluster = PostgresCluster.open(home, binaries, Unprivileged.on(home), scratch);
            PostgresServer server = start(cluster, port, scratch);
            server.createDatabase(USER);
            return new EmbeddedDatabase(cluster, lock, scratch, server);
        } catch (IOException | RuntimeException broken) {
            lock.close();
            throw broken;
        }
    }

    private static PostgresServer start(PostgresCluster cluster, int port, boolean scratch) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int wanted = port == 0 ? LoopbackPort.free() : port;
            // One that was just chosen may seem taken for a moment, held by a program that another thread is starting.
            requireFree(port);
            try {
                return PostgresServer.start(cluster, wanted, scratch);
            } catch (SandboxException refused) {
                // Between choosing a free port and binding it anybody may take it.
                if (port != 0 || attempt == PORT_TRIES || LoopbackPort.isFree(wanted)) {
                    throw refused;
                }
            }
        }
    }

    /** @throws SandboxException if the port is not 0 and somebody listens there */
    static void requireFree(int port) {
        if (port != 0 && !LoopbackPort.isFree(port)) {
            throw new SandboxException(
                    "port " + port + " on " + LoopbackPort.HOST + " is taken, so PostgreSQL cannot listen there",
                    "Stop what uses it, name another with --database-port, or use a database of your own with"
                            + " --database-url.");
        }
    }

    private static SandboxException failed(IOException broken) {
        return new SandboxException(
                "the embedded PostgreSQL did not start: " + broken,
                "Is there room on the disk? Otherwise use a database of your own with --database-url.",
                broken);
    }
}
