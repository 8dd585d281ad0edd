/**
 * Takes the callbacks of IMAP listeners and enqueues pointers; start at {@link io.waybill.ingress.imap.ImapNotifications}. Nothing
 * that fetches or reads mail may come in.
 */
package io.waybill.ingress.imap;
