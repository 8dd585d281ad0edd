/**
 * Keeps the callbacks coming. Of IMAP mailboxes: one listener per folder waits for the server's word and posts what came to the ingress;
 * start at {@link io.waybill.watch.FolderListener}, a listener's life. Of mailboxes in Microsoft 365 and Google Workspace: one keeper per mailbox
 * has Graph or Gmail announce what comes; start at {@link io.waybill.watch.SubscriptionStep}, what is next to be done, and
 * {@link io.waybill.watch.SubscriptionKeeper}, which does it. {@link io.waybill.watch.ListingTicks} has listed what nobody announces.
 * {@link io.waybill.watch.MailboxShare} says which mailboxes are this instance's.
 *
 * <p>The only state is {@code mail.subscriptions}; where mail was missed, the processor's cursor knows. Nothing here reads a mail.
 */
package io.waybill.watch;
