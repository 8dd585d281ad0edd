package io.waybill.inbound.mime;

import io.waybill.handler.InboundMail;

/** What became of parsing a mail. */
public sealed interface ParseResult {
    /**
     * It can be read. Whoever closes this deletes its temporary file; the raw mail stays the caller's, and must be closed after this.
     *
     * @param mail readable until this is closed
     */
    record Parsed(InboundMail mail, Runnable release) implements ParseResult, AutoCloseable {
        @Override
        public void close() {
            release.run();
        }
    }

    /**
     * A bound forbids to read it at all.
     *
     * @param detail which bound; quotes nothing of the mail
     */
    record Refused(String detail) implements ParseResult {}
}
