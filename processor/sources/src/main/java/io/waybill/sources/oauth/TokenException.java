package io.waybill.sources.oauth;

import io.waybill.contracts.FailureCode;
import io.waybill.sources.SourceException;
import java.time.Duration;
import java.util.Optional;

/** Why there is no token. */
public final class TokenException extends SourceException {
    private static final long serialVersionUID = 1L;

    TokenException(FailureCode code, String detail, Optional<Duration> retryAfter) {
        super(code, detail, retryAfter);
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
}
