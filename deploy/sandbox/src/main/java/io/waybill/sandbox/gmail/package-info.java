/**
 * Gmail's API and Pub/Sub's push delivery, in memory and on the loopback interface. Start at {@link
 * io.waybill.sandbox.gmail.GmailServer}; what it does wrong is in {@link io.waybill.sandbox.gmail.GmailFaults}, its thresholds are in
 * {@link io.waybill.sandbox.gmail.GmailSettings}, and a process is told over HTTP what {@code EmulatorCalls} lists. Access tokens are
 * those of {@link io.waybill.sandbox.oauth.TokenServer}: a service account that acts for a user sees that user's mailbox alone.
 *
 * <p>Emulated: watch and stop, profile, history by label and type with what expired and what lags, {@code raw}, {@code metadata} and
 * {@code minimal} messages, lists by label, time and Message-ID; unsigned history ids with gaps; scopes, quota units of users and
 * projects, calls at once, and Google's errors in their several wordings. Topics and subscriptions that push with signed tokens, in
 * every spelling of a push that was seen; the acknowledgement deadline, and the back-off of a whole subscription; Google's keys with their
 * age, rotated and withdrawn on request.
 *
 * <p>Not emulated: TLS, {@code format=full}, attachments as resources, writing, threads, labels and drafts as resources, batches, partial
 * answers ({@code fields}), compression, other search than the above, topics without Gmail's right to publish, pulling, dead-letter and
 * retry policies, attributes, ordering, and the day's quota. That a user is announced once a second at most is off unless {@link
 * io.waybill.sandbox.gmail.GmailSettings.Push#atMostEvery} says so. An answer of 102 is none before the final one comes. Pushes' times and
 * their tokens' are real time and do not follow {@link io.waybill.sandbox.gmail.GmailServer#advance}.
 *
 * <p>Nobody outside Google knows, and here it is so: a {@code labelId} of history goes by the labels at the time of the change; {@code
 * after:} includes its second; a start beyond the current history id gets 404; records of messages that were deleted since stay.
 */
package io.waybill.sandbox.gmail;
