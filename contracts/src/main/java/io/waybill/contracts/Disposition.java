package io.waybill.contracts;

/** What becomes of a job that failed. */
public enum Disposition {
    /** It waits and runs again, as often and as long as the retry policy allows. */
    RETRY,
    /** It waits until its mailbox works again; no attempt is spent. */
    PARK_MAILBOX,
    /** It waits until the handler's sink works again; no attempt is spent. */
    PARK_HANDLER,
    /** It goes to the dead letters, for an operator to look at and re-drive. */
    DEAD_LETTER
}
