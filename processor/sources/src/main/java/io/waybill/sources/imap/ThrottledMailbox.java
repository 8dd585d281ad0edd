package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;
import java.time.Duration;
import java.util.Optional;

/**
 * The mail server throttles the account, so that it is to be left alone for as long as the server says, or for a while where it does not.
 * Where a token endpoint throttles, it is not this: it knows no mailbox.
 */
final class ThrottledMailbox extends ImapException {
    private static final long serialVersionUID = 1L;

    /** @param pause how long it wants us to wait, if it says so */
    ThrottledMailbox(String why, Optional<Duration> pause) {
        super(FailureCode.SOURCE_THROTTLED, "the server asks us to come back later (" + why + ")", pause);
    }
}
