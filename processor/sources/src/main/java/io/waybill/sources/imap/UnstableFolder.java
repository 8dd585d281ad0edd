package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;
import java.time.Instant;

/** A folder got another UIDVALIDITY too often. */
final class UnstableFolder extends ImapException {
    private static final long serialVersionUID = 1L;

    private final String folder;
    private final long known;
    private final Instant until;

    /**
     * @param known the UIDVALIDITY under which the folder was listed last
     * @param until when the changes do not count any more
     * @param changes how many there were within a day, this one included
     */
    UnstableFolder(String folder, long known, Instant until, int changes) {
        super(
                FailureCode.MAILBOX_UNSTABLE,
                "the server gave folder " + folder + " a new UIDVALIDITY " + changes
                        + " times within 24 h; it is listed again once the folder has UIDVALIDITY " + known
                        + " again, or at " + until);
        this.folder = folder;
        this.known = known;
        this.until = until;
    }

    String folder() {
        return folder;
    }

    long known() {
        return known;
    }

    Instant until() {
        return until;
    }
}
