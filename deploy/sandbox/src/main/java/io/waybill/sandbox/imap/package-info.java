/**
 * A small IMAP4rev1 server over mailboxes in memory that does wrong what a test asks it to do wrong. Start at
 * {@link io.waybill.sandbox.imap.FaultyImapServer}; the faults are in {@link io.waybill.sandbox.imap.ImapFault}. It speaks what a
 * listener and a fetcher say, no more: no TLS, no AUTHENTICATE but XOAUTH2, no body structure.
 */
package io.waybill.sandbox.imap;
