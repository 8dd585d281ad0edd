/**
 * Takes the change notifications of Microsoft Graph and enqueues pointers; start at
 * {@link io.waybill.ingress.microsoft.MicrosoftNotifications}. What Graph says of a subscription's own life makes its mailbox be
 * listed, and is written down for the watch application, which keeps the subscriptions. Nothing that fetches or
 * reads mail may come in.
 */
package io.waybill.ingress.microsoft;
