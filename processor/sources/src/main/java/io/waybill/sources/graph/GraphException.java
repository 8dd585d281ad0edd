package io.waybill.sources.graph;

import io.waybill.contracts.FailureCode;
import io.waybill.sources.SourceException;
import java.time.Duration;
import java.util.Optional;

/** What went wrong with Graph. */
final class GraphException extends SourceException {
    private static final long serialVersionUID = 1L;

    /** What a call can come to that its caller decides about. */
    enum Kind {
        /** Nothing to decide: it failed. */
        FAILED,
        /** The token was not taken. */
        TOKEN_REFUSED,
        /** There is no such mailbox, or subscription. */
        NO_SUCH_RESOURCE,
        /** There is no such message. */
        NO_SUCH_MESSAGE,
        /** It is there already. */
        CONFLICT,
        /** Graph does not know any more where a listing was. */
        CURSOR_EXPIRED
    }

    private final Kind kind;

    GraphException(Kind kind, FailureCode code, String detail, Optional<Duration> retryAfter) {
        super(code, detail, retryAfter);
        this.kind = kind;
    }

    GraphException(FailureCode code, String detail) {
        this(Kind.FAILED, code, detail, Optional.empty());
    }

    Kind kind() {
        return kind;
    }
}
