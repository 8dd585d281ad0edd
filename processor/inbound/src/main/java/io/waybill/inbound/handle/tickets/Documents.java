package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.DatabaseText.clean;

import io.waybill.handler.Attachment;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Writes the original and the attachments of a comment, chunk by chunk: no document is ever whole in memory. */
final class Documents {
    private static final int CHUNK = 256 << 10;
    private static final int MAX_FILE_NAME = 255;
    private static final int MAX_MEDIA_TYPE = 127;
    private static final int MAX_CONTENT_ID = 998;

    private final Connection connection;
    private final HandlerContext job;
    private final long ticket;
    private final long comment;

    Documents(Connection connection, HandlerContext job, long ticket, long comment) {
        this.connection = connection;
        this.job = job;
        this.ticket = ticket;
        this.comment = comment;
    }

    void write(InboundMail mail) throws SQLException, IOException {
        try (InputStream original = mail.original()) {
            write(insert(0, "original", "original.eml", "message/rfc822", null, mail.size()), mail.size(), original);
        }
        int position = 0;
        for (Attachment attachment : mail.attachments()) {
            long id = insert(
                    ++position,
                    attachment.inline() ? "inline" : "attachment",
                    clean(attachment.fileName(), MAX_FILE_NAME),
                    clean(attachment.mediaType(), MAX_MEDIA_TYPE),
                    attachment
                            .contentId()
                            .map(content -> clean(content, MAX_CONTENT_ID))
                            .orElse(null),
                    attachment.size());
            try (InputStream content = attachment.open()) {
                write(id, attachment.size(), content);
            }
        }
    }

    private long insert(int position, String kind, String fileName, String mediaType, String contentId, long size)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into document (tenant, mailbox, ticket_id, comment_id, position, kind, file_name, media_type,"
                        + " content_id, size) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id")) {
            insert.setString(1, job.tenant());
            insert.setString(2, job.mailbox());
            insert.setLong(3, ticket);
            insert.setLong(4, comment);
            insert.setInt(5, position);
            insert.setString(6, kind);
            insert.setString(7, fileName);
            insert.setString(8, mediaType);
            insert.setString(9, contentId);
            insert.setLong(10, size);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void write(long document, long size, InputStream content) throws SQLException, IOException {
        long written = 0;
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into document_chunk (tenant, mailbox, document_id, position, bytes) values (?, ?, ?, ?, ?)")) {
            byte[] chunk = content.readNBytes((int) Math.min(CHUNK, Math.max(size, 1)));
            for (int position = 0; chunk.length > 0; position++) {
                insert.setString(1, job.tenant());
                insert.setString(2, job.mailbox());
                insert.setLong(3, document);
                insert.setInt(4, position);
                insert.setBytes(5, chunk);
                insert.executeUpdate();
                written += chunk.length;
                chunk = content.readNBytes(CHUNK);
            }
        }
        if (written != size) {
            throw new IOException("a document has another size than was said");
        }
    }
}
