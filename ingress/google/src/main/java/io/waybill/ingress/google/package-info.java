/**
 * Takes what Gmail publishes and Pub/Sub pushes, and enqueues pointers; start at {@link io.waybill.ingress.google.GooglePushes}. A push
 * says only that a mailbox changed, and up to where: which messages there are is for the processor to list. Nothing that fetches or
 * reads mail may come in.
 */
package io.waybill.ingress.google;
