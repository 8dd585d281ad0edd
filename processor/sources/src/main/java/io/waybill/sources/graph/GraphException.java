package io.waybill.sources.graph;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;
import java.time.Duration;
import java.util.Optional;

/** What went wrong with Graph, in our words. Carries no cause: what Graph wrote may quote mail, so it ends here. */
final class GraphException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a call can come to that its caller decides about. */
    enum Kind {
        /** Nothing to decide: it failed. */
        FAILED,
        /** There is no such message. */
        NO_SUCH_MESSAGE,
        /** Graph does not know any more where a listing was. */
        CURSOR_EXPIRED
    }

    private final Kind kind;
    private final FailureCode code;
    private final transient Optional<Duration> retryAfter;

    GraphException(Kind kind, FailureCode code, String detail, Optional<Duration> retryAfter) {
        super(detail);
        this.kind = kind;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    GraphException(FailureCode code, String detail) {
        this(Kind.FAILED, code, detail, Optional.empty());
    }

    Kind kind() {
        return kind;
    }

    Optional<Duration> retryAfter() {
        return retryAfter == null ? Optional.empty() : retryAfter;
    }

    Failure failure(Stage stage) {
        return new Failure(code, stage, getMessage(), retryAfter());
    }
}
