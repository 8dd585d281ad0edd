package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;
import java.time.Duration;
import java.util.Optional;

/** The mail server throttles the account and says for how long. Where a token endpoint says so, it is not this: it knows no mailbox. */
final class ThrottledMailbox extends ImapException {
    private static final long serialVersionUID = 1L;

    private final Duration pause;

    ThrottledMailbox(Duration pause) {
        super(
                FailureCode.SOURCE_THROTTLED,
                "the server asks us to come back later (it throttles us)",
                Optional.of(pause));
        this.pause = pause;
    }

    /** How long it wants us to wait. */
    Duration pause() {
        return pause;
    }
}
