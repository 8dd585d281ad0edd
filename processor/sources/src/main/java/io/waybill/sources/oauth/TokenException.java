package io.waybill.sources.oauth;

import io.waybill.contracts.FailureCode;
import java.time.Duration;
import java.util.Optional;

/** Why there is no token, in our words. Carries no cause: what an endpoint wrote ends here. */
public final class TokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final transient Optional<Duration> retryAfter;

    TokenException(FailureCode code, String detail, Optional<Duration> retryAfter) {
        super(detail);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    static TokenException refused(String detail) {
        return new TokenException(FailureCode.CREDENTIALS_REFUSED, detail, Optional.empty());
    }

    static TokenException unreachable(String detail) {
        return new TokenException(FailureCode.SOURCE_UNREACHABLE, detail, Optional.empty());
    }

    static TokenException error(String detail) {
        return new TokenException(FailureCode.SOURCE_ERROR, detail, Optional.empty());
    }

    /** What it means for the job. */
    public FailureCode code() {
        return code;
    }

    /** How long the endpoint wants us to wait. */
    public Optional<Duration> retryAfter() {
        return retryAfter == null ? Optional.empty() : retryAfter;
    }
}
