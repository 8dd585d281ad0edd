/**
 * Mailboxes of Google Workspace through the Gmail API; start at {@link io.waybill.sources.gmail.GmailMailSource}. {@code GmailClient}
 * makes the calls within {@link io.waybill.sources.gmail.GmailQuota}, {@code GmailAnswers} says what each error means,
 * {@code GmailListing} reads what came since a cursor. Addresses are made of fixed parts and checked ids; nothing that Gmail answers is
 * ever one.
 */
package io.waybill.sources.gmail;
