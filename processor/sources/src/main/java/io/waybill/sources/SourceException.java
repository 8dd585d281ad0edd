package io.waybill.sources;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;
import java.time.Duration;
import java.util.Optional;

/** What went wrong with a provider, in our words. Carries no cause: what it wrote may quote mail or credentials, so it ends here. */
public class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final transient Optional<Duration> retryAfter;
    private final boolean asked;

    /** @param retryAfter how long the other side wants us to wait */
    protected SourceException(FailureCode code, String detail, Optional<Duration> retryAfter) {
        this(code, detail, retryAfter, true);
    }

    /** @param asked whether the other side was asked; not where a pause that it wanted still lasts */
    protected SourceException(FailureCode code, String detail, Optional<Duration> retryAfter, boolean asked) {
        super(detail);
        this.code = code;
        this.retryAfter = retryAfter;
        this.asked = asked;
    }

    /** What it means for the job. */
    public FailureCode code() {
        return code;
    }

    /** How long the other side wants us to wait. */
    public Optional<Duration> retryAfter() {
        return retryAfter == null ? Optional.empty() : retryAfter;
    }

    /** The same as a value. */
    public Failure failure(Stage stage) {
        return new Failure(code, stage, getMessage(), retryAfter(), asked);
    }
}
