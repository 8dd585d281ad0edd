package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.TicketsFixture.job;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Done;
import io.waybill.handler.HandlerResult.Unavailable;
import io.waybill.handler.testing.SampleMail;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TicketsOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TicketsFixture tickets;

    @BeforeAll
    static void start() {
        tickets = new TicketsFixture();
    }

    @AfterAll
    static void stop() {
        tickets.close();
    }

    @Test
    void handle_databaseAway_isUnavailableSoonAndThenWorksAgain() throws Exception {
        assertInstanceOf(Done.class, handle());
        long stored = tickets.count("comment");
        tickets.database().stop();
        try {
            Instant began = Instant.now();
            // More than the pool holds: those who wait learn of the outage from those who do not.
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<HandlerResult>> running = IntStream.range(0, 60)
                        .mapToObj(_ -> threads.submit(() -> handle()))
                        .toList();
                for (Future<HandlerResult> one : running) {
                    Unavailable away = assertInstanceOf(Unavailable.class, one.get());
                    assertTrue(
                            away.detail().matches("the tickets database is away: SQLState (08|57P)\\w+"),
                            away.detail());
                }
            }
            assertTrue(Duration.between(began, Instant.now()).compareTo(Duration.ofSeconds(20)) < 0);
        } finally {
            tickets.database().startAgain();
        }
        await().atMost(PATIENCE).until(() -> handle() instanceof Done);
        assertEquals(stored + 1, tickets.count("comment"));
    }

    @Test
    void start_databaseAway_startsAndMakesTheTablesLater() throws Exception {
        tickets.database().stop();
        TicketsHandler early = tickets.handler(2);
        try {
            assertInstanceOf(
                    Unavailable.class, early.handle(SampleMail.of(random()), job("acme", "support", random(), false)));
        } finally {
            tickets.database().startAgain();
        }
        await().atMost(PATIENCE)
                .until(() ->
                        early.handle(SampleMail.of(random()), job("acme", "support", random(), false)) instanceof Done);
        early.close();
    }

    @Test
    void handle_busyPool_waitsAndAtItsDeadlineComesBackLater() throws Exception {
        assertInstanceOf(Done.class, handle());
        TicketsHandler narrow = tickets.handler(1);
        try (Connection blocker = DriverManager.getConnection(
                        tickets.database().jdbcUrl(),
                        tickets.database().user(),
                        tickets.database().password());
                Statement lock = blocker.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            blocker.setAutoCommit(false);
            lock.execute("lock table ticket in exclusive mode");
            Future<HandlerResult> working = threads.submit(
                    () -> narrow.handle(SampleMail.of(random()), job("acme", "support", random(), false)));
            awaitBlocked();
            HandlerContext hasty = new HandlerContext(
                    random(),
                    "acme",
                    "support",
                    "support@example.com",
                    0,
                    1,
                    false,
                    Instant.now().plusMillis(200));
            assertEquals(
                    HandlerResult.retry("the tickets database failed: SQLState 57014"),
                    narrow.handle(SampleMail.of(random()), hasty));
            Future<HandlerResult> patient = threads.submit(
                    () -> narrow.handle(SampleMail.of(random()), job("acme", "support", random(), false)));
            blocker.rollback();
            assertInstanceOf(Done.class, working.get());
            assertInstanceOf(Done.class, patient.get());
        }
        narrow.close();
    }

    @Test
    void handle_connectionCutInTheMiddle_isUnavailable() throws Exception {
        assertInstanceOf(Done.class, handle());
        try (Connection blocker = DriverManager.getConnection(
                        tickets.database().jdbcUrl(),
                        tickets.database().user(),
                        tickets.database().password());
                Statement statement = blocker.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            blocker.setAutoCommit(false);
            statement.execute("lock table ticket in exclusive mode");
            Future<HandlerResult> working = threads.submit(() -> handle());
            awaitBlocked();
            tickets.query("select pg_terminate_backend(pid) from pg_locks where not granted");
            assertEquals(HandlerResult.unavailable("the tickets database is away: SQLState 57P01"), working.get());
        }
        await().atMost(PATIENCE).until(() -> handle() instanceof Done);
    }

    @Test
    void inTransaction_tablesAreMadeForLong_isAnOutageThatInterruptsNothing() throws Exception {
        assertInstanceOf(Done.class, handle());
        try (TicketsDatabase database = tickets.open(Duration.ofMillis(200));
                Connection blocker = DriverManager.getConnection(
                        tickets.database().jdbcUrl(),
                        tickets.database().user(),
                        tickets.database().password());
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("lock table tickets_schema_history in access exclusive mode");
            DatabaseAwayException away = assertThrows(
                    DatabaseAwayException.class,
                    () -> database.inTransaction(Instant.now().plusSeconds(30), Connection::getNetworkTimeout));
            assertEquals("the tables of the tickets database are still being made", away.getMessage());
            // Whoever asks next does not wait anew, nor begin anew.
            assertThrows(
                    DatabaseAwayException.class,
                    () -> database.inTransaction(Instant.now().plusSeconds(30), Connection::getNetworkTimeout));
            await().during(Duration.ofSeconds(1))
                    .atMost(PATIENCE)
                    .until(() -> tickets.count("pg_locks where not granted") == 1);

            blocker.rollback();
            await().atMost(PATIENCE)
                    .ignoreException(DatabaseAwayException.class)
                    .until(() ->
                            database.inTransaction(Instant.now().plusSeconds(30), Connection::getNetworkTimeout) > 0);
        }
    }

    @Test
    void inTransaction_databaseSilent_doesNotWaitForEver() throws Exception {
        try (TicketsDatabase database = tickets.open()) {
            int silenceMillis = database.inTransaction(Instant.now().plusSeconds(30), Connection::getNetworkTimeout);
            assertEquals(40_000, silenceMillis);
        }
    }

    @Test
    void inTransaction_afterARollback_theSettingsStand() throws Exception {
        try (TicketsDatabase database = tickets.open()) {
            // The first connection was rolled back once already, when the tables were looked after.
            List<String> found = database.inTransaction(Instant.now().plusSeconds(30), connection -> {
                connection.rollback();
                List<String> settings = new ArrayList<>();
                for (String name : List.of(
                        "lock_timeout",
                        "statement_timeout",
                        "idle_in_transaction_session_timeout",
                        "plan_cache_mode")) {
                    try (Statement statement = connection.createStatement();
                            ResultSet shown = statement.executeQuery("show " + name)) {
                        shown.next();
                        settings.add(shown.getString(1));
                    }
                }
                return settings;
            });
            assertEquals(List.of("20s", "35s", "1min", "force_generic_plan"), found);
        }
    }

    @Test
    void handle_interrupted_throwsAndIsNoOutage() throws Exception {
        assertInstanceOf(Done.class, handle());
        try (Connection blocker = DriverManager.getConnection(
                        tickets.database().jdbcUrl(),
                        tickets.database().user(),
                        tickets.database().password());
                Statement statement = blocker.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            blocker.setAutoCommit(false);
            statement.execute("lock table ticket in exclusive mode");
            Future<Boolean> interrupted = threads.submit(() -> {
                try {
                    handle();
                    return false;
                } catch (InterruptedException expected) {
                    return true;
                }
            });
            awaitBlocked();
            threads.shutdownNow();
            assertTrue(interrupted.get());
            blocker.rollback();
        }
        assertInstanceOf(Done.class, handle());
    }

    @Test
    void handle_passwordRefused_isUnavailableUntilTheRightOneIsThere() throws Exception {
        Map<String, String> environment = new ConcurrentHashMap<>(Map.of("WAYBILL_SECRET_DB", "wrong"));
        TicketsHandler locked = tickets.handler(environment, tickets.database().jdbcUrl(), 2);
        Unavailable refused = assertInstanceOf(Unavailable.class, handle(locked));
        assertTrue(
                refused.detail().startsWith("the tickets database refuses our credentials: SQLState 28"),
                refused.detail());
        environment.put("WAYBILL_SECRET_DB", tickets.database().password());
        await().atMost(PATIENCE).until(() -> handle(locked) instanceof Done);
        locked.close();
    }

    @Test
    void handle_databaseWithTablesOfOthers_works() throws Exception {
        String url = tickets.database().createDatabase("shared");
        execute(url, "create table customer (id int)");
        TicketsHandler guest = tickets.handler(tickets.secrets(), url, 2);
        assertInstanceOf(Done.class, handle(guest));
        guest.close();
    }

    @Test
    void handle_tablesCannotBeMade_isUnavailable() throws Exception {
        String url = tickets.database().createDatabase("occupied");
        execute(url, "create table ticket (id int)");
        TicketsHandler blocked = tickets.handler(tickets.secrets(), url, 2);
        Unavailable away = assertInstanceOf(Unavailable.class, handle(blocked));
        assertTrue(away.detail().startsWith("the tables of the tickets database cannot be made"), away.detail());
        execute(url, "drop table ticket");
        await().atMost(PATIENCE).until(() -> handle(blocked) instanceof Done);
        blocked.close();
    }

    @Test
    void inTransaction_brokenOffForAnother_isTriedAgain() throws Exception {
        try (TicketsDatabase database = tickets.open()) {
            AtomicInteger tries = new AtomicInteger();
            Instant deadline = Instant.now().plusSeconds(30);
            String result = database.inTransaction(deadline, _ -> {
                if (tries.incrementAndGet() < 3) {
                    throw new SQLException("deadlock", "40P01");
                }
                return "done at try " + tries;
            });
            assertEquals("done at try 3", result);
            SQLException given = assertThrows(
                    SQLException.class,
                    () -> database.inTransaction(deadline, _ -> {
                        throw new SQLException("serialization", "40001");
                    }));
            assertEquals("40001", given.getSQLState());
        }
    }

    private static HandlerResult handle(TicketsHandler handler) throws InterruptedException {
        return handler.handle(SampleMail.of(random()), job("acme", "support", random(), false));
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        url, tickets.database().user(), tickets.database().password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static HandlerResult handle() throws InterruptedException {
        return tickets.handle(SampleMail.of(random()), random());
    }

    /** Until a statement waits for the lock that the test holds. */
    private static void awaitBlocked() {
        await().atMost(PATIENCE).until(() -> tickets.count("pg_locks where not granted") > 0);
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
