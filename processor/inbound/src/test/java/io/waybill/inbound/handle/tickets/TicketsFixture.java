package io.waybill.inbound.handle.tickets;

import io.waybill.contracts.InstallKey;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.OwnMail;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.sandbox.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
    private static final String INSTALL_KEY = "0123456789abcdef0123456789abcdef";

    private final EmbeddedDatabase database = EmbeddedDatabase.startScratch();
    private final Path folder = secretsFolder();
    private final TicketsHandler handler = handler(10);

    EmbeddedDatabase database() {
        return database;
    }

    TicketsHandler handler() {
        return handler;
    }

    /** One more handler on the same database, as in a second process. */
    TicketsHandler handler(int poolSize) {
        return handler(new Secrets(secrets(), folder), database.jdbcUrl(), poolSize);
    }

    /** A handler without install key. */
    TicketsHandler handler(Map<String, String> environment, String url, int poolSize) {
        return handler(new Secrets(environment, Path.of("none")), url, poolSize);
    }

    private TicketsHandler handler(Secrets secrets, String url, int poolSize) {
        TicketsHandler made = new TicketsHandler(secrets);
        made.start(key -> Optional.ofNullable(settings(url, poolSize).get(key)));
        return made;
    }

    /** The database without the handler. */
    TicketsDatabase open() {
        return open(Duration.ofSeconds(30));
    }

    /** The same, with less patience with tables that are made. */
    TicketsDatabase open(Duration patience) {
        Map<String, String> settings = settings(database.jdbcUrl(), 2);
        return new TicketsDatabase(
                TicketsSettings.of(key -> Optional.ofNullable(settings.get(key)))
                        .orElseThrow(),
                new Secrets(secrets(), Path.of("none")),
                patience);
    }

    /** The marks of a mailbox of acme, as what sends its mail makes them. */
    static OwnMail marks(String mailbox) {
        return new OwnMail(new MailboxKey("acme", mailbox), List.of(new InstallKey(Secret.of(INSTALL_KEY))));
    }

    private static Path secretsFolder() {
        try {
            Path made = Files.createTempDirectory("tickets-secrets");
            Files.writeString(made.resolve("install.key"), INSTALL_KEY);
            return made;
        } catch (IOException disk) {
            throw new UncheckedIOException(disk);
        }
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

    /** The tickets that a ticket is linked with, as {@code kind|mailbox|number}. */
    List<String> links(String number) throws SQLException {
        return query(
                "select kind, related_mailbox, related_number from ticket_relation where number = ? order by 3",
                number);
    }

    long count(String from, Object... arguments) throws SQLException {
        return Long.parseLong(query("select count(*) from " + from, arguments).getFirst());
    }

    /** Everything that is stored, row by row: equal before and after what must change nothing. */
    List<String> everything() throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : List.of(
                "ticket",
                "comment",
                "correspondent",
                "citation",
                "document",
                "document_chunk",
                "ticket_link",
                "processed_message")) {
            query("select t::text from " + table + " t order by 1").forEach(row -> all.add(table + ": " + row));
        }
        return all;
    }

    @Override
    public void close() {
        handler.close();
        database.close();
        try {
            Files.deleteIfExists(folder.resolve("install.key"));
            Files.deleteIfExists(folder);
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
