/**
 * Microsoft Graph's side of Outlook mail, in memory and on the loopback interface: change notifications, messages and delta. Start
 * at {@link io.waybill.sandbox.graph.GraphServer}; what it does wrong is in {@link io.waybill.sandbox.graph.GraphFaults}, its
 * thresholds are in {@link io.waybill.sandbox.graph.GraphSettings}, and a process is told over HTTP what {@code EmulatorCalls} lists.
 *
 * <p>Emulated: subscriptions with their handshake, clamps and conflicts; notifications with batches, retries, slow and dropped
 * endpoints, and lifecycle events; {@code $value}, messages with {@code $select}, lists by time and by Message-ID, delta by folder;
 * immutable and other ids; 401, 403, 404, 410, 429 and 5xx with Graph's bodies; the limits of an app in a mailbox.
 *
 * <p>Not emulated: TLS, resource data and {@code validationTokens} in notifications, {@code /me} and delegated permissions, {@code
 * $batch}, {@code translateExchangeIds}, attachments and bodies as resources, writing, folders as resources, any filter or order
 * but those, {@code updated} notifications, and limits over all mailboxes of an app. Times in notifications' back-off are real time
 * and do not follow {@link io.waybill.sandbox.graph.GraphServer#advance}.
 */
package io.waybill.sandbox.graph;
