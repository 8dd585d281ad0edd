package io.waybill.cli.tickets;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Problem;
import io.waybill.cli.tickets.Ticket.Comment;
import io.waybill.cli.tickets.Ticket.Document;
import io.waybill.cli.tickets.Ticket.Link;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.Secret;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The views {@code ticket_overview}, {@code ticket_thread}, {@code ticket_document} and {@code ticket_relation} of the tickets handler's
 * database.
 */
final class TicketViews implements AutoCloseable {
    /** A mail may be of megabytes; a terminal and a line of JSON are not for that. */
    static final int MAX_TEXT = 100_000;

    /** A thread longer than that is a loop, and nobody reads it here. */
    static final int MAX_COMMENTS = 500;

    /** The handler makes them with its first mail. */
    private static final String NO_SUCH_TABLE = "42P01";

    /** The tables are of the version before: the handler changes them when it first reaches them. */
    private static final String NO_SUCH_COLUMN = "42703";

    /** Strangers can have their mails linked. */
    private static final int MAX_LINKS = 100;

    private static final String OVERVIEW =
            "select number, tenant, mailbox, subject, requester, requester_name, comments, documents, created_at,"
                    + " updated_at, kind, flags from ticket_overview";

    private final ConnectionOptions.Database database;
    private final Connection connection;

    private TicketViews(ConnectionOptions.Database database, Connection connection) {
        this.database = database;
        this.connection = connection;
    }

    static TicketViews open(ConnectionOptions.Database database) {
        Properties login = new Properties();
        login.setProperty("user", database.user());
        database.password().map(Secret::text).ifPresent(password -> login.setProperty("password", password));
        login.setProperty("ApplicationName", "waybill-cli");
        login.setProperty("connectTimeout", "5");
        login.setProperty("socketTimeout", "30");
        try {
            Connection connection = DriverManager.getConnection(database.url(), login);
            connection.setReadOnly(true);
            return new TicketViews(database, connection);
        } catch (SQLException failed) {
            throw trouble(database, failed);
        }
    }

    /** The tickets that changed last, newest first; empty also where there was no mail yet. */
    List<Ticket> list(Optional<MailboxKey> mailbox, int limit) {
        String sql = OVERVIEW + (mailbox.isPresent() ? " where tenant = ? and mailbox = ?" : "")
                + " order by updated_at desc, number desc limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int at = 1;
            if (mailbox.isPresent()) {
                statement.setString(at++, mailbox.get().tenant());
                statement.setString(at++, mailbox.get().mailbox());
            }
            statement.setInt(at, limit);
            return tickets(statement);
        } catch (SQLException failed) {
            return emptyIfNew(failed);
        }
    }

    /** The ticket with its thread. */
    Optional<Ticket> find(String number) {
        try (PreparedStatement statement = connection.prepareStatement(OVERVIEW + " where number = ?")) {
            statement.setString(1, number);
            List<Ticket> found = tickets(statement);
            return found.isEmpty() ? Optional.empty() : Optional.of(withThread(found.getFirst()));
        } catch (SQLException failed) {
            emptyIfNew(failed);
            return Optional.empty();
        }
    }

    private static List<Ticket> tickets(PreparedStatement statement) throws SQLException {
        List<Ticket> tickets = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                tickets.add(new Ticket(
                        row.getString("number"),
                        row.getString("tenant"),
                        row.getString("mailbox"),
                        row.getString("subject"),
                        row.getString("requester"),
                        row.getString("requester_name"),
                        row.getInt("comments"),
                        row.getInt("documents"),
                        time(row, "created_at"),
                        time(row, "updated_at"),
                        row.getString("kind"),
                        texts(row.getArray("flags")),
                        null,
                        null));
            }
        }
        return tickets;
    }

    private Ticket withThread(Ticket ticket) throws SQLException {
        Map<Integer, List<Document>> documents = documents(ticket.number());
        List<Comment> thread = new ArrayList<>();
        String sql = "select position, job_id, sender, sender_name, recipients, subject, sent_at, received_at, kind,"
                + " flags, signs, report, left(text, " + MAX_TEXT + ") as text, left(html, " + MAX_TEXT
                + ") as html, omissions"
                + " from ticket_thread where number = ? order by position limit " + MAX_COMMENTS;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, ticket.number());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    int position = row.getInt("position");
                    thread.add(comment(row, position, documents.getOrDefault(position, List.of())));
                }
            }
        }
        return ticket.with(links(ticket.number()), thread);
    }

    private List<Link> links(String number) throws SQLException {
        List<Link> links = new ArrayList<>();
        String sql = "select kind, related_mailbox, related_number from ticket_relation where number = ?"
                + " order by kind, created_at, related_number limit " + MAX_LINKS;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, number);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    links.add(new Link(
                            row.getString("kind"), row.getString("related_mailbox"), row.getString("related_number")));
                }
            }
        }
        return links;
    }

    private static Comment comment(ResultSet row, int position, List<Document> documents) throws SQLException {
        return new Comment(
                position,
                row.getString("job_id"),
                row.getString("sender"),
                row.getString("sender_name"),
                row.getString("recipients"),
                row.getString("subject"),
                time(row, "sent_at"),
                time(row, "received_at"),
                row.getString("kind"),
                texts(row.getArray("flags")),
                texts(row.getArray("signs")),
                texts(row.getArray("report")),
                row.getString("text"),
                row.getString("html"),
                texts(row.getArray("omissions")),
                documents);
    }

    private Map<Integer, List<Document>> documents(String number) throws SQLException {
        Map<Integer, List<Document>> byComment = new HashMap<>();
        String sql = "select comment_position, kind, file_name, media_type, size from ticket_document"
                + " where number = ? order by comment_position, position limit 10000";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, number);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    byComment
                            .computeIfAbsent(row.getInt("comment_position"), _ -> new ArrayList<>())
                            .add(new Document(
                                    row.getString("kind"),
                                    row.getString("file_name"),
                                    row.getString("media_type"),
                                    row.getLong("size")));
                }
            }
        }
        return byComment;
    }

    private List<Ticket> emptyIfNew(SQLException failed) {
        if (NO_SUCH_TABLE.equals(failed.getSQLState())) {
            return List.of();
        }
        throw trouble(database, failed);
    }

    /** The driver's message may quote a row. */
    private static Problem trouble(ConnectionOptions.Database database, SQLException failed) {
        if (NO_SUCH_COLUMN.equals(failed.getSQLState())) {
            return Problem.incomplete(
                    "the tickets tables are of an older version than this command",
                    database.url().replaceFirst("\\?.*", ""),
                    "The processor of this version changes them with its first mail: start it with `waybill up`.");
        }
        String state = failed.getSQLState() == null ? "no SQL state" : "SQL state " + failed.getSQLState();
        boolean login = state.contains(" 28");
        return Problem.incomplete(
                login ? "the database refuses the login" : "the database did not answer as it should (" + state + ")",
                database.url().replaceFirst("\\?.*", ""),
                login
                        ? "Look at WAYBILL_DATABASE_USER and WAYBILL_DATABASE_PASSWORD."
                        : "Is it running? --database-url names it.");
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static List<String> texts(Array array) throws SQLException {
        return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException left) {
            // The process ends soon.
        }
    }
}
