package io.waybill.sources.imap;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;
import java.time.Duration;
import java.util.Optional;

/**
 * What went wrong with a server, in our words. Carries no cause: what the server wrote may quote mail or credentials, so it
 * ends here.
 */
public class ImapException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final transient Optional<Duration> retryAfter;

    public ImapException(FailureCode code, String detail) {
        this(code, detail, Optional.empty());
    }

    /** @param retryAfter how long the other side wants us to wait */
    public ImapException(FailureCode code, String detail, Optional<Duration> retryAfter) {
        super(detail);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** What it means for the job. */
    public FailureCode code() {
        return code;
    }

    /** The same as a value. */
    public Failure failure(Stage stage) {
        return new Failure(code, stage, getMessage(), retryAfter == null ? Optional.empty() : retryAfter);
    }
}
