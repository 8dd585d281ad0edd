package io.waybill.cli.demo;

/**
 * The demo's mailboxes, from the side of those who send mail.
 *
 * @param support on a mail server
 * @param office in Microsoft 365
 * @param desk in Google Workspace
 */
record Inboxes(Inbox support, GraphInbox office, GmailInbox desk) {}
