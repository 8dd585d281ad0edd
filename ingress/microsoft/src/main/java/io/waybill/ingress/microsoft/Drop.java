package io.waybill.ingress.microsoft;

/** Why a notification is not enqueued, although its request is answered with 202. The words are part of the metrics. */
enum Drop {
    /** No Microsoft 365 mailbox has this k. */
    UNKNOWN_MAILBOX,
    /** The clientState is missing, or does not prove that the notification is of this mailbox's subscription. */
    CLIENT_STATE,
    /** It is of another directory than the mailbox. */
    FOREIGN_TENANT,
    /** An operator paused the mailbox; when it is resumed, it is listed. */
    PAUSED,
    /** There is no message id, or none that a pointer may have. */
    MESSAGE_ID
}
