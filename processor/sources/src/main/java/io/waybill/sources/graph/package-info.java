/**
 * Mailboxes of Microsoft 365 through Microsoft Graph; start at {@link io.waybill.sources.graph.GraphMailSource}. {@code GraphClient}
 * makes the calls, {@code GraphAnswers} says what each error means, {@code GraphListing} reads what came since a cursor. Every call asks
 * for immutable ids; no URL that Graph gives is followed off its base address.
 */
package io.waybill.sources.graph;
