package io.waybill.ingress.google;

/** Why a push is not enqueued, although its token is good and its request is answered with 204. The words are part of the metrics. */
enum Drop {
    /** The body is no push. */
    MALFORMED,
    /** It is of another subscription than the registration is for. */
    FOREIGN_SUBSCRIPTION,
    /** There is no message, or its data is not what Gmail publishes: base64 of JSON with an address and a historyId. */
    DATA,
    /** No mailbox that publishes to the registration's topic has this address. */
    UNKNOWN_MAILBOX,
    /** An operator paused the mailbox; when it is resumed, it is listed. */
    PAUSED
}
