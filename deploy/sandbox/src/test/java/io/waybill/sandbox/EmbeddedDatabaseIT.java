package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseIT {
    private static final Path PROGRAMS = PostgresBinaries.ofThisJvm().getParent();

    @TempDir
    Path data;

    @Test
    void start_onTheDataOfAnEarlierRun_hasWhatWasCommitted() throws Exception {
        String password;
        try (EmbeddedDatabase database = EmbeddedDatabase.start(data, PROGRAMS, 0)) {
            execute(database, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
            password = database.password();
        }
        // What a kill leaves behind; the number is that of a living process, this one.
        Path stale = data.resolve("cluster/postmaster.pid");
        assertFalse(Files.exists(stale));
        Files.writeString(stale, ProcessHandle.current().pid() + "\n");

        try (EmbeddedDatabase database = EmbeddedDatabase.start(data, PROGRAMS, 0)) {
            assertEquals(7, number(database, "SELECT id FROM kept"));
            assertEquals(password, database.password());
        }
    }

    @Test
    void stop_thenStartAgain_isAnOutageOfTheSamePort() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.startScratch()) {
            execute(database, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
            String url = database.jdbcUrl();
            try (Connection open = connect(database, database.password())) {
                database.stop();
                database.onExit().get(10, TimeUnit.SECONDS);
                assertThrows(SQLException.class, () -> connect(database, database.password()));
                assertThrows(SQLException.class, () -> open.createStatement().execute("SELECT 1"));
            }

            database.startAgain();

            assertEquals(url, database.jdbcUrl());
            assertEquals(7, number(database, "SELECT id FROM kept"));
        }
    }

    @Test
    void server_isOutOfTheTerminalsReach() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(data, PROGRAMS, 0)) {
            long server = Long.parseLong(
                    Files.readAllLines(data.resolve("cluster/postmaster.pid")).getFirst());
            assertEquals(server, processGroup(server), "a Ctrl-C goes to the group of the terminal's command");
            assertEquals(1, number(database, "SELECT 1"));
        }
    }

    private static long processGroup(long pid) throws Exception {
        Process ps = new ProcessBuilder("ps", "-o", "pgid=", "-p", Long.toString(pid)).start();
        return Long.parseLong(new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    }

    @Test
    void halt_answersNobodyUntilItIsStopped() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.startScratch()) {
            execute(database, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
            try (Connection open = connect(database, database.password())) {
                database.halt();
                open.setNetworkTimeout(Runnable::run, 500);
                SQLException silent = assertThrows(
                        SQLException.class, () -> open.createStatement().execute("SELECT 1"));
                assertInstanceOf(SocketTimeoutException.class, silent.getCause());
                assertFalse(database.onExit().isDone());
            }

            database.stop();
            database.startAgain();

            assertEquals(7, number(database, "SELECT id FROM kept"));
        }
    }

    @Test
    void start_onATakenPort_namesThePortAndTheWayOut() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SandboxException refused =
                    assertThrows(SandboxException.class, () -> EmbeddedDatabase.start(data, taken.getLocalPort()));

            assertTrue(refused.getMessage().contains(Integer.toString(taken.getLocalPort())), refused.getMessage());
            assertTrue(refused.wayOut().contains("--database-url"), refused.wayOut());
        }
    }

    @Test
    void start_whileItRuns_isRefusedAndSoIsAWrongPassword() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(data, PROGRAMS, 0)) {
            SandboxException refused =
                    assertThrows(SandboxException.class, () -> EmbeddedDatabase.start(data, PROGRAMS, 0));

            assertTrue(refused.getMessage().contains("in use"), refused.getMessage());
            assertThrows(SQLException.class, () -> connect(database, "guessed"));
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(database.passwordFile()));
        }
    }

    private static void execute(EmbeddedDatabase database, String... statements) throws SQLException {
        try (Connection connection = connect(database, database.password());
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static int number(EmbeddedDatabase database, String query) throws SQLException {
        try (Connection connection = connect(database, database.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            assertTrue(result.next());
            return result.getInt(1);
        }
    }

    private static Connection connect(EmbeddedDatabase database, String password) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), password);
    }
}
