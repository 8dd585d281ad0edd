package io.waybill.cli.tickets;

import java.time.Instant;
import java.util.List;

/**
 * A ticket; the names are a contract with scripts.
 *
 * @param requester address of who opened it; may be null
 * @param kind what opened it: {@code mail}, {@code bounce} or {@code note}
 * @param flags of the mail that opened it, such as {@code automated}
 * @param links what it has to do with; null in a list
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
        String kind,
        List<String> flags,
        List<Link> links,
        List<Comment> thread) {
    /** With these a ticket of a list is shown in full. */
    Ticket with(List<Link> found, List<Comment> comments) {
        return new Ticket(
                number,
                tenant,
                mailbox,
                subject,
                requester,
                requesterName,
                this.comments,
                documents,
                createdAt,
                updatedAt,
                kind,
                flags,
                found,
                comments);
    }

    /**
     * Another ticket that it has to do with.
     *
     * @param kind {@code possibly-related} or {@code same-message}
     */
    record Link(String kind, String mailbox, String number) {}

    /**
     * One mail of it.
     *
     * @param position from 1
     * @param kind {@code mail}, {@code bounce} or {@code note}
     * @param flags such as {@code automated}
     * @param signs why it counts as automated
     * @param report what a mail system reports with it
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
            String kind,
            List<String> flags,
            List<String> signs,
            List<String> report,
            String text,
            String html,
            List<String> omissions,
            List<Document> documents) {}

    /** A file that came with it; the {@code original} is the mail itself. */
    record Document(String kind, String fileName, String mediaType, long size) {}
}
