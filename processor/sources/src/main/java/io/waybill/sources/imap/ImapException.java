package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;
import io.waybill.sources.SourceException;
import java.time.Duration;
import java.util.Optional;

/** What went wrong with an IMAP server. */
public class ImapException extends SourceException {
    private static final long serialVersionUID = 1L;

    public ImapException(FailureCode code, String detail) {
        this(code, detail, Optional.empty());
    }

    /** @param retryAfter how long the other side wants us to wait */
    public ImapException(FailureCode code, String detail, Optional<Duration> retryAfter) {
        super(code, detail, retryAfter);
    }
}
