package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/** A folder got another UIDVALIDITY too often. */
final class UnstableFolder extends ImapException {
    private static final long serialVersionUID = 1L;

    private final String folder;
    private final transient Set<Long> known;
    private final Instant until;

    /**
     * @param known the UIDVALIDITY under which the folder was listed last and, where another listing has begun, that of it
     * @param until when the changes do not count any more
     * @param changes how many there were within a day, this one included
     */
    UnstableFolder(String folder, Set<Long> known, Instant until, int changes) {
        super(
                FailureCode.MAILBOX_UNSTABLE,
                "the server gave folder " + folder + " a new UIDVALIDITY " + changes
                        + " times within 24 h; it is listed again once the folder has UIDVALIDITY "
                        + known.stream().sorted().map(String::valueOf).collect(Collectors.joining(" or "))
                        + " again, or at " + until);
        this.folder = folder;
        this.known = Set.copyOf(known);
        this.until = until;
    }

    String folder() {
        return folder;
    }

    /** Whether listing can go on under this UIDVALIDITY. */
    boolean isKnown(long uidValidity) {
        return known.contains(uidValidity);
    }

    Instant until() {
        return until;
    }
}
