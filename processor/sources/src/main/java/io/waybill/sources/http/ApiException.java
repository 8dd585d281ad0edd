package io.waybill.sources.http;

import io.waybill.contracts.FailureCode;
import io.waybill.sources.SourceException;
import java.time.Duration;
import java.util.Optional;

/** What went wrong with a call to a provider. */
public final class ApiException extends SourceException {
    private static final long serialVersionUID = 1L;

    /** What a call can come to that its caller decides about. */
    public enum Kind {
        /** Nothing to decide: it failed. */
        FAILED,
        /** The token was not taken. */
        TOKEN_REFUSED,
        /** The token was taken, and what was asked for is refused. */
        REFUSED,
        /** There is no such mailbox, or subscription. */
        NO_SUCH_RESOURCE,
        /** There is nothing under this id. */
        NOT_FOUND,
        /** Something is not there, and it is not said what: it may be no more than a fault on the way. */
        MISSING,
        /** It is there already. */
        CONFLICT,
        /** The provider does not know any more where a listing was. */
        CURSOR_EXPIRED
    }

    private final Kind kind;

    public ApiException(Kind kind, FailureCode code, String detail, Optional<Duration> retryAfter) {
        this(kind, code, detail, retryAfter, true);
    }

    private ApiException(Kind kind, FailureCode code, String detail, Optional<Duration> retryAfter, boolean asked) {
        super(code, detail, retryAfter, asked);
        this.kind = kind;
    }

    public ApiException(Kind kind, FailureCode code, String detail) {
        this(kind, code, detail, Optional.empty());
    }

    public ApiException(FailureCode code, String detail) {
        this(Kind.FAILED, code, detail);
    }

    /** The provider wants us to wait; for how long, it may say. */
    public static ApiException throttled(String detail, Optional<Duration> retryAfter) {
        return new ApiException(Kind.FAILED, FailureCode.SOURCE_THROTTLED, detail, retryAfter);
    }

    /** The call was not made: it would have come too early. */
    public static ApiException tooEarly(String detail, Duration left) {
        return new ApiException(Kind.FAILED, FailureCode.SOURCE_THROTTLED, detail, Optional.of(left), false);
    }

    public Kind kind() {
        return kind;
    }
}
