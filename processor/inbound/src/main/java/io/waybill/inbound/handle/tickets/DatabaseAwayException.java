package io.waybill.inbound.handle.tickets;

import java.sql.SQLException;

/** The database cannot be used now, whatever the mail. The message is ours. */
final class DatabaseAwayException extends Exception {
    private static final long serialVersionUID = 1L;

    DatabaseAwayException(String message) {
        super(message);
    }

    static DatabaseAwayException of(SQLException cause) {
        String state = String.valueOf(cause.getSQLState());
        String what = switch (state.substring(0, Math.min(2, state.length()))) {
            case "28" -> "the tickets database refuses our credentials";
            case "3D" -> "the tickets database does not exist";
            default -> "the tickets database is away";
        };
        return new DatabaseAwayException(what + ": SQLState " + state);
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
