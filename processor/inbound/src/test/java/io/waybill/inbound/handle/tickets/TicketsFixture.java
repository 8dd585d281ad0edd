package io.waybill.inbound.handle.tickets;

import io.waybill.contracts.Secrets;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.sandbox.EmbeddedDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real PostgreSQL with the handler on it, and what a test asks of them. */
final class TicketsFixture implements AutoCloseable {
    private final EmbeddedDatabase database = EmbeddedDatabase.startScratch();
    private final TicketsHandler handler = handler(10);

    EmbeddedDatabase database() {
        return database;
    }

    TicketsHandler handler() {
        return handler;
    }

    /** One more handler on the same database, as in a second process. */
    TicketsHandler handler(int poolSize) {
        return handler(secrets(), database.jdbcUrl(), poolSize);
    }

    TicketsHandler handler(Map<String, String> environment, String url, int poolSize) {
        TicketsHandler made = new TicketsHandler(new Secrets(environment, Path.of("none")));
        made.start(key -> Optional.ofNullable(settings(url, poolSize).get(key)));
        return made;
    }

    /** The database without the handler. */
    TicketsDatabase open() {
        Map<String, String> settings = settings(database.jdbcUrl(), 2);
        return new TicketsDatabase(
                TicketsSettings.of(key -> Optional.ofNullable(settings.get(key)))
                        .orElseThrow(),
                new Secrets(secrets(), Path.of("none")));
    }

    Map<String, String> secrets() {
        return Map.of("WAYBILL_SECRET_DB", database.password());
    }

    private Map<String, String> settings(String url, int poolSize) {
        return Map.of(
                "database-url",
                url,
                "database-user",
                database.user(),
                "database-password",
                "env:WAYBILL_SECRET_DB",
                "pool-size",
                Integer.toString(poolSize));
    }

    HandlerResult handle(InboundMail mail, String job) throws InterruptedException {
        return handler.handle(mail, job("acme", "support", job, false));
    }

    static HandlerContext job(String tenant, String mailbox, String job, boolean recovered) {
        return new HandlerContext(
                job,
                tenant,
                mailbox,
                "support@example.com",
                0,
                1,
                recovered,
                Instant.now().plus(Duration.ofMinutes(1)));
    }

    /** The rows of a query, their columns joined by bars. */
    List<String> query(String sql, Object... arguments) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                List<String> rows = new ArrayList<>();
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    StringBuilder row = new StringBuilder();
                    for (int column = 1; column <= columns; column++) {
                        row.append(column == 1 ? "" : "|").append(result.getString(column));
                    }
                    rows.add(row.toString());
                }
                return rows;
            }
        }
    }

    long count(String from, Object... arguments) throws SQLException {
        return Long.parseLong(query("select count(*) from " + from, arguments).getFirst());
    }

    /** Everything that is stored, row by row: equal before and after what must change nothing. */
    List<String> everything() throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : List.of(
                "ticket", "comment", "correspondent", "citation", "document", "document_chunk", "processed_message")) {
            query("select t::text from " + table + " t order by 1").forEach(row -> all.add(table + ": " + row));
        }
        return all;
    }

    @Override
    public void close() {
        handler.close();
        database.close();
    }
}
