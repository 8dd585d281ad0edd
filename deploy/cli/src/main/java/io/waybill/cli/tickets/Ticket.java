package io.waybill.cli.tickets;

import java.time.Instant;
import java.util.List;

/**
 * A ticket; the names are a contract with scripts.
 *
 * @param requester address of who opened it; may be null
 * @param thread its comments in their order; null in a list
 */
record Ticket(
        String number,
        String tenant,
        String mailbox,
        String subject,
        String requester,
        String requesterName,
        int comments,
        int documents,
        Instant createdAt,
        Instant updatedAt,
        List<Comment> thread) {
    /**
     * One mail of it.
     *
     * @param position from 1
     * @param text as plain text, cut at {@link TicketViews#MAX_TEXT}; null where the mail had none
     * @param html cut likewise
     * @param omissions what of the mail was left out
     */
    record Comment(
            int position,
            String jobId,
            String sender,
            String senderName,
            String recipients,
            String subject,
            Instant sentAt,
            Instant receivedAt,
            String text,
            String html,
            List<String> omissions,
            List<Document> documents) {}

    /** A file that came with it; the {@code original} is the mail itself. */
    record Document(String kind, String fileName, String mediaType, long size) {}
}
