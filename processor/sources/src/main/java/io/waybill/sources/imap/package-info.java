/**
 * Mail on IMAP servers. Start at {@link io.waybill.sources.imap.ImapMailSource}; {@link io.waybill.sources.imap.ImapConnector} opens
 * connections and {@link io.waybill.sources.imap.ImapSession} is one, for the listeners of the watch app too.
 *
 * <p>Angus Mail speaks the protocol, but through {@code IMAPProtocol} and not through {@code Store} and {@code Folder}: a folder keeps
 * an array as long as the server says the folder is, a store opens further connections when it likes to, an answer it cannot parse is
 * dropped in silence, and IDLE ignores the read timeout. Here one session is one socket, every answer has a bound, and what cannot be
 * read is a failure. Angus calls that class internal, so its version is pinned and the tests run against real servers.
 */
package io.waybill.sources.imap;
