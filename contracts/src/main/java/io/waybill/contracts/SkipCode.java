package io.waybill.contracts;

/** Why a job ended without anything to do. A skip is an outcome with evidence, not a failure. */
public enum SkipCode {
    /** The message is not where it was, and was looked for. */
    MESSAGE_GONE,
    /** The pointer belongs to an older incarnation of its mailbox. */
    EPOCH_SUPERSEDED,
    /** The mailbox was removed. */
    MAILBOX_REMOVED,
    /** The very same message was handled before under another name. */
    SAME_MESSAGE,
    /** A read receipt that belongs to no conversation. */
    RECEIPT
}
