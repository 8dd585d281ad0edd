package io.waybill.inbound.handle.tickets;

import java.sql.SQLException;

/** The database cannot be used now, whatever the mail. The message is ours. */
final class DatabaseAwayException extends Exception {
    private static final long serialVersionUID = 1L;

    DatabaseAwayException(String message) {
        super(message);
    }

    static DatabaseAwayException of(SQLException cause) {
        return new DatabaseAwayException("the tickets database is away: SQLState " + cause.getSQLState());
    }

    /**
     * Whether the failure is the database's and not the statement's: connection lost (08), shut down or starting (57P), out of disk,
     * memory or connections (53), or read-only because another server took over (25006).
     */
    static boolean describes(SQLException failure) {
        String state = failure.getSQLState();
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("57P")
                        || state.startsWith("53")
                        || state.equals("25006"));
    }
}
