/**
 * The handler {@code tickets}: a mail becomes a ticket, or a comment on one, in PostgreSQL. Start at {@link
 * io.waybill.inbound.handle.tickets.TicketsHandler}; {@link io.waybill.inbound.handle.tickets.Filing} is the transaction, and {@link
 * io.waybill.inbound.handle.tickets.Conversation} says which ticket a mail belongs to.
 *
 * <p>Tables and views are in {@code db/tickets}. Tools read these views, always by tenant and mailbox:
 *
 * <ul>
 *   <li>{@code ticket_overview}, one row per ticket: tenant, mailbox, number ({@code T-1042}), subject, requester (address, null where
 *       the mail named none), requester_name, comments, documents (attachments and inline parts), created_at, updated_at, kind and flags
 *       (of the mail that opened it)
 *   <li>{@code ticket_thread}, one row per mail, read in the order of position: tenant, mailbox, number, position (1 opened the ticket),
 *       job_id, message_id, sender, sender_name, recipients (To, then Cc, comma-separated), subject, sent_at, received_at, text, html,
 *       omissions (text[]), created_at, kind ({@code mail|bounce|note}), flags (text[]: {@code automated}, {@code self}, {@code
 *       delayed}, {@code delivered}, {@code receipt}, {@code complaint}, {@code fused}), signs (text[], why it counts as automated),
 *       report (text[], what a mail system reports)
 *   <li>{@code ticket_document}: tenant, mailbox, number, comment_position, position (0 is the original), document_id, kind
 *       ({@code original|attachment|inline}), file_name, media_type, content_id, size (bytes); the content is {@code
 *       document_chunk.bytes} of that tenant, mailbox and document_id in the order of position
 *   <li>{@code ticket_relation}, one row for each end of a link: tenant, mailbox, number, kind ({@code possibly-related}, within the
 *       mailbox; {@code same-message}, between two mailboxes), related_mailbox, related_number, created_at
 * </ul>
 *
 * <p>{@code processed_message} answers what became of a job: job_id, tenant, mailbox, effect ({@code created|commented|same|receipt}),
 * ticket_id, comment_id, same_as.
 */
package io.waybill.inbound.handle.tickets;
