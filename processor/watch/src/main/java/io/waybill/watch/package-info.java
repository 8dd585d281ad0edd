/**
 * Keeps the callbacks of IMAP mailboxes coming: one listener per folder waits for the server's word and posts what came to the ingress.
 * It keeps no state; where mail was missed, the processor's cursor knows. Start at {@link io.waybill.watch.FolderListener}, a listener's
 * life; {@link io.waybill.watch.MailboxShare} says which mailboxes are this instance's. Nothing here reads a mail or writes to Kafka.
 */
package io.waybill.watch;
