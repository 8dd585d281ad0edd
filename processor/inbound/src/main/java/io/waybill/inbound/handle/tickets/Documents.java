package io.waybill.inbound.handle.tickets;

import static io.waybill.inbound.handle.tickets.DatabaseText.clean;

import io.waybill.handler.Attachment;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Writes the original and the attachments of a comment, chunk by chunk: no document is ever whole in memory. Rows go to the database
 * together, many in one round trip, as far as they are small.
 */
final class Documents implements AutoCloseable {
    private static final int CHUNK = 256 << 10;
    private static final int MAX_FILE_NAME = 255;
    private static final int MAX_MEDIA_TYPE = 127;
    private static final int MAX_CONTENT_ID = 998;

    /** Rows that wait in memory hold no more than this, besides the last one of them. */
    private static final int BATCH_BYTES = CHUNK;

    /** A mail can have a thousand parts of a few bytes. */
    private static final int BATCH_ROWS = 100;

    private final HandlerContext job;
    private final long ticket;
    private final long comment;

    /** A document and its first chunk; a document without a byte has none. */
    private final PreparedStatement documents;

    private final PreparedStatement chunks;
    private int batchBytes;
    private int batchRows;

    Documents(Connection connection, HandlerContext job, long ticket, long comment) throws SQLException {
        this.job = job;
        this.ticket = ticket;
        this.comment = comment;
        this.documents = connection.prepareStatement("with added as (insert into document (tenant, mailbox, ticket_id,"
            + " comment_id, position, kind, file_name, media_type, content_id, size) values (?, ?, ?, ?, ?, ?, ?, ?,"
            + " ?, ?) returning tenant, mailbox, id) insert into document_chunk (tenant, mailbox, document_id,"
            + " position, bytes) select tenant, mailbox, id, 0, first.bytes from added, (select ?::bytea as bytes)"
            + " first where first.bytes is not null");
        this.chunks = connection.prepareStatement("insert into document_chunk (tenant, mailbox, document_id, position,"
                + " bytes) select tenant, mailbox, id, ?, ? from document where tenant = ? and mailbox = ? and"
                + " comment_id = ? and position = ?");
    }

    void write(InboundMail mail) throws SQLException, IOException {
        try (InputStream original = mail.original()) {
            write(0, "original", "original.eml", "message/rfc822", null, mail.size(), original);
        }
        int position = 0;
        for (Attachment attachment : mail.attachments()) {
            try (InputStream content = attachment.open()) {
                write(
                        ++position,
                        attachment.inline() ? "inline" : "attachment",
                        clean(attachment.fileName(), MAX_FILE_NAME),
                        clean(attachment.mediaType(), MAX_MEDIA_TYPE),
                        attachment
                                .contentId()
                                .map(id -> clean(id, MAX_CONTENT_ID))
                                .orElse(null),
                        attachment.size(),
                        content);
            }
        }
        send();
    }

    private void write(
            int position,
            String kind,
            String fileName,
            String mediaType,
            String contentId,
            long size,
            InputStream content)
            throws SQLException, IOException {
        byte[] chunk = content.readNBytes((int) Math.min(CHUNK, Math.max(size, 1)));
        documents.setString(1, job.tenant());
        documents.setString(2, job.mailbox());
        documents.setLong(3, ticket);
        documents.setLong(4, comment);
        documents.setInt(5, position);
        documents.setString(6, kind);
        documents.setString(7, fileName);
        documents.setString(8, mediaType);
        documents.setString(9, contentId);
        documents.setLong(10, size);
        documents.setBytes(11, chunk.length == 0 ? null : chunk);
        documents.addBatch();
        added(chunk);
        long written = chunk.length;
        if (written < size) {
            // The chunks find the document in the database.
            send();
            written += writeRest(position, content);
        }
        // More than was said is looked for too: it would be missing from the document.
        if (written != size || content.read() >= 0) {
            throw new IOException("a document has another size than was said");
        }
    }

    private long writeRest(int position, InputStream content) throws SQLException, IOException {
        long written = 0;
        byte[] chunk = content.readNBytes(CHUNK);
        for (int number = 1; chunk.length > 0; number++) {
            chunks.setInt(1, number);
            chunks.setBytes(2, chunk);
            chunks.setString(3, job.tenant());
            chunks.setString(4, job.mailbox());
            chunks.setLong(5, comment);
            chunks.setInt(6, position);
            chunks.executeUpdate();
            written += chunk.length;
            chunk = content.readNBytes(CHUNK);
        }
        return written;
    }

    private void added(byte[] chunk) throws SQLException {
        batchBytes += chunk.length;
        if (batchBytes > BATCH_BYTES || ++batchRows >= BATCH_ROWS) {
            send();
        }
    }

    private void send() throws SQLException {
        documents.executeBatch();
        batchBytes = 0;
        batchRows = 0;
    }

    @Override
    public void close() throws SQLException {
        try (documents) {
            chunks.close();
        }
    }
}
