package io.waybill.inbound.handle.tickets;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells the database how large its tables have become. Until it knows, it takes any index that begins with the right column, and keeps
 * to it in each connection: of a thousand mails of a mailbox it then reads all, many times a mail. It finds out for itself a minute or
 * more after the first mails, while the first listing of a large mailbox is over by then.
 */
final class TableStatistics {
    /** After so many mails of this process; then its autovacuum keeps up. */
    private static final Set<Long> DUE = Set.of(200L, 2_000L, 20_000L);

    private final AtomicLong mails = new AtomicLong();

    /** Counts a mail; true where the statistics are to be made anew, once for each time. */
    boolean isDueAfterOneMore() {
        return DUE.contains(mails.incrementAndGet());
    }

    /** A sample of each table: some tenths of a second, beside the work of the others. */
    static void update(Connection connection) throws SQLException {
        try (Statement analyze = connection.createStatement()) {
            analyze.execute("analyze ticket, comment, correspondent, citation, document, document_chunk,"
                    + " processed_message, ticket_link");
        }
    }
}
