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

    private ImapException(FailureCode code, String detail, Duration left) {
        super(code, detail, Optional.of(left), false);
    }

    /** It has asked for a pause before, and is left alone. */
    static ImapException tooEarly(Duration left) {
        return new ImapException(FailureCode.SOURCE_THROTTLED, "the server asked us to leave this mailbox alone", left);
    }
}
