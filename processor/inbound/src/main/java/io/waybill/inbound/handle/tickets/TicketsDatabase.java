package io.waybill.inbound.handle.tickets;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database with its pool. Tells three things apart that look alike: it is busy (wait), it failed on this mail (SQLException), it is
 * away (DatabaseAwayException).
 */
final class TicketsDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TicketsDatabase.class);

    /** An outage is noticed after this. */
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** After an outage was noticed, others need not find out for themselves, one after the other. */
    private static final Duration REMEMBER = Duration.ofSeconds(1);

    /** Waiting for another mail of the same conversation; that one may be writing a hundred megabytes. */
    private static final Duration LOCK = Duration.ofSeconds(20);

    /** The same with several of them, one after the other. Of this mail alone, as it is the database itself that gives up. */
    private static final Duration STATEMENT = Duration.ofSeconds(35);

    /** No answer at all, longer than any statement may take: the machine or the network is gone. */
    private static final Duration SILENCE = Duration.ofSeconds(40);

    /** A process that stands still must not keep a conversation locked. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(60);

    /** New tables are made in a second or two; for the rest there is no need to hold mail at its deadline. */
    private static final Duration TABLES = Duration.ofSeconds(30);

    private static final int TRIES = 4;

    private final HikariDataSource pool;
    private final TicketsSettings settings;
    private final Secrets secrets;

    /**
     * As many as the pool has connections. Waiting happens here, not in the pool: so the pool has one to give, or cannot get one,
     * and a time-out of the pool always means that the database does not answer.
     */
    private final Semaphore connections;

    private final Duration patience;
    private final ReentrantLock migrating = new ReentrantLock();
    /** The last that was begun; guarded by the lock. */
    private Migration migration;

    private final TableStatistics statistics = new TableStatistics();
    private volatile boolean migrated;
    private volatile Outage outage;

    private record Migration(FutureTask<Void> task, long begunAtNanos) {}

    /** The last time that the database was found away. */
    private record Outage(long atNanos, String message) {}

    /** What is done in a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException, IOException;
    }

    TicketsDatabase(TicketsSettings settings, Secrets secrets) {
        this(settings, secrets, TABLES);
    }

    /** @param patience how long mail waits for the tables while they are made */
    TicketsDatabase(TicketsSettings settings, Secrets secrets, Duration patience) {
        this.settings = settings;
        this.secrets = secrets;
        this.patience = patience;
        this.connections = new Semaphore(settings.poolSize(), true);
        this.pool = new HikariDataSource(configuration());
    }

    private HikariConfig configuration() {
        HikariConfig configuration = new HikariConfig();
        configuration.setPoolName("tickets");
        configuration.setJdbcUrl(settings.url());
        settings.user().ifPresent(configuration::setUsername);
        password().map(Secret::text).ifPresent(configuration::setPassword);
        configuration.setMaximumPoolSize(settings.poolSize());
        configuration.setMinimumIdle(0);
        configuration.setConnectionTimeout(CONNECT.toMillis());
        configuration.setValidationTimeout(CONNECT.toMillis());
        configuration.setInitializationFailTimeout(-1);
        configuration.setAutoCommit(false);
        // Every statement looks up a few keys: planning it anew for each mail costs more than it does.
        configuration.setConnectionInitSql("set lock_timeout = " + LOCK.toMillis()
                + "; set statement_timeout = " + STATEMENT.toMillis()
                + "; set idle_in_transaction_session_timeout = " + IDLE_IN_TRANSACTION.toMillis()
                + "; set plan_cache_mode = force_generic_plan");
        // Committed: else the first rollback takes the settings back.
        configuration.setIsolateInternalQueries(true);
        // All as text: the driver does not see a value of another type.
        configuration.addDataSourceProperty("ApplicationName", "waybill-tickets");
        configuration.addDataSourceProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
        configuration.addDataSourceProperty("socketTimeout", Long.toString(SILENCE.toSeconds()));
        configuration.addDataSourceProperty("tcpKeepAlive", "true");
        return configuration;
    }

    private Optional<Secret> password() {
        return settings.password().flatMap(secrets::resolve);
    }

    /**
     * Runs the work in one transaction; again, a few times, where the database broke it off for the sake of another one.
     *
     * @param deadline how long to wait for a connection
     * @throws DatabaseAwayException if the database cannot be used
     * @throws SQLException if it refuses the work, or is still busy at the deadline
     */
    <T> T inTransaction(Instant deadline, Work<T> work)
            throws SQLException, IOException, DatabaseAwayException, InterruptedException {
        long waitNanos = Math.max(0, Duration.between(Instant.now(), deadline).toNanos());
        if (!connections.tryAcquire(waitNanos, TimeUnit.NANOSECONDS)) {
            // 57014, query canceled: what the database itself says when time is up.
            throw new SQLException("no connection was free until the deadline", "57014");
        }
        try {
            refuseDuringOutage();
            migrate();
            for (int attempt = 1; ; attempt++) {
                try {
                    T result = once(work);
                    updateStatistics();
                    return result;
                } catch (SQLException failed) {
                    if (!brokenOffForAnother(failed) || attempt == TRIES) {
                        throw failed;
                    }
                    Thread.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(10L << attempt)));
                }
            }
        } catch (SQLException failed) {
            throw explained(failed);
        } finally {
            connections.release();
        }
    }

    /** The mail is done, whatever becomes of this. */
    private void updateStatistics() throws InterruptedException {
        if (!statistics.isDueAfterOneMore()) {
            return;
        }
        try {
            once(connection -> {
                TableStatistics.update(connection);
                return null;
            });
        } catch (SQLException | IOException | DatabaseAwayException notThisTime) {
            LOG.atDebug().addKeyValue("error", notThisTime.getClass().getName()).log("tickets_statistics_not_updated");
        }
    }

    private void refuseDuringOutage() throws DatabaseAwayException {
        Outage last = outage;
        if (last != null && System.nanoTime() - last.atNanos() < REMEMBER.toNanos()) {
            throw new DatabaseAwayException(last.message());
        }
    }

    private <T> T once(Work<T> work) throws SQLException, IOException, DatabaseAwayException, InterruptedException {
        try (Connection connection = connect()) {
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | IOException | RuntimeException failed) {
                rollBack(connection);
                throw failed;
            }
        }
    }

    private Connection connect() throws DatabaseAwayException, InterruptedException {
        try {
            return pool.getConnection();
        } catch (SQLException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            // A rotated password is looked up when the old one does not open any more.
            password().map(Secret::text).ifPresent(pool::setPassword);
            throw away(failed);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException lost) {
            // The connection is broken, and the server rolls back what was open on it. The first failure is what
            // counts.
        }
    }

    /**
     * Sees to it that the tables are made, when the database is there for the first time: one does it, the others wait, for a while. On a
     * thread of its own, as those of a large archive may take longer than any attempt has, and would be undone with it.
     */
    private void migrate() throws DatabaseAwayException, InterruptedException {
        if (migrated) {
            return;
        }
        Migration running = migration();
        try {
            running.task().get(running.begunAtNanos() + patience.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException goesOn) {
            throw new DatabaseAwayException("the tables of the tickets database are still being made");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof DatabaseAwayException away) {
                throw away;
            }
            throw remember(new DatabaseAwayException("the tables of the tickets database cannot be made: "
                    + failed.getCause().getClass().getSimpleName()));
        }
    }

    private Migration migration() {
        migrating.lock();
        try {
            if (migration == null || migration.task().isDone()) {
                FutureTask<Void> task = new FutureTask<>(this::makeTables);
                migration = new Migration(task, System.nanoTime());
                Thread.ofPlatform().daemon().name("tickets-migration").start(task);
            }
            return migration;
        } finally {
            migrating.unlock();
        }
    }

    private Void makeTables() throws DatabaseAwayException, InterruptedException {
        // Flyway would try again and again; the pool says at once whether the database is there.
        try (Connection reachable = connect()) {
            reachable.rollback();
        } catch (SQLException failed) {
            throw away(failed);
        }
        try {
            Flyway.configure(getClass().getClassLoader())
                    // On connections of its own: it needs two, which a pool may not have, and takes the time it needs.
                    .dataSource(
                            settings.url(),
                            settings.user().orElse(null),
                            password().map(Secret::text).orElse(null))
                    .jdbcProperties(Map.of("connectTimeout", Long.toString(CONNECT.toSeconds())))
                    .locations("classpath:db/tickets")
                    .table("tickets_schema_history")
                    // The database may hold tables of others, and those are none of our business.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
            migrated = true;
            return null;
        } catch (FlywayException failed) {
            LOG.atError()
                    .addKeyValue("error", failed.getClass().getName())
                    .addKeyValue("sqlState", sqlState(failed))
                    .log("tickets_migration_failed");
            throw remember(new DatabaseAwayException("the tables of the tickets database cannot be made: "
                    + failed.getClass().getSimpleName() + ", SQLState " + sqlState(failed)));
        }
    }

    private static String sqlState(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return String.valueOf(sql.getSQLState());
            }
        }
        return "none";
    }

    private static boolean brokenOffForAnother(SQLException failure) {
        return "40001".equals(failure.getSQLState()) || "40P01".equals(failure.getSQLState());
    }

    private SQLException explained(SQLException failed) throws DatabaseAwayException, InterruptedException {
        // An interrupt closes the socket under the driver, which then calls the connection lost.
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (DatabaseAwayException.describes(failed)) {
            throw away(failed);
        }
        if ("42P01".equals(failed.getSQLState())) {
            // Somebody put an empty database in the place of this one.
            migrated = false;
        }
        return failed;
    }

    private DatabaseAwayException away(SQLException failed) {
        return remember(DatabaseAwayException.of(failed));
    }

    private DatabaseAwayException remember(DatabaseAwayException away) {
        outage = new Outage(System.nanoTime(), away.getMessage());
        return away;
    }

    @Override
    public void close() {
        pool.close();
    }
}
