package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;

/** The server began to send more than it was asked for. */
final class AnswerBeyondBounds extends ImapException {
    private static final long serialVersionUID = 1L;

    private final long bytes;

    AnswerBeyondBounds(String command, long bytes) {
        super(FailureCode.SOURCE_ERROR, "the server's answer to " + command + " is longer than it may be");
        this.bytes = bytes;
    }

    /** How long the piece is that broke the bound, as announced; 0 where it was not one long piece but very many. */
    long bytes() {
        return bytes;
    }
}
