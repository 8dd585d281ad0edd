package io.waybill.sources.imap;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;

/**
 * What went wrong with a server, in our words. Carries no cause: what the server wrote may quote mail or credentials, so it
 * ends here.
 */
public class ImapException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;

    public ImapException(FailureCode code, String detail) {
        super(detail);
        this.code = code;
    }

    /** What it means for the job. */
    public FailureCode code() {
        return code;
    }

    /** The same as a value. */
    public Failure failure(Stage stage) {
        return Failure.of(code, stage, getMessage());
    }
}
