package io.waybill.sandbox.gmail;

/** What becomes of pushes. Counted per message and subscription. */
public enum PushFate {
    /** A subscription was to be told of a message. */
    OWED,
    /** A request was sent, the first time or again. */
    POST,
    /** Acknowledged in time; of a push that is sent twice, twice. */
    DELIVERED,
    /** Not acknowledged, and to be sent again. */
    RETRIED,
    /** Given up after the retention. */
    LOST,
    /** Sent twice, by a fault. */
    DUPLICATED,
    /** Never sent, by a fault. */
    DROPPED,
    /** Never published, since the user had one just before; see {@link GmailSettings.Push#atMostEvery}. Counted per watch. */
    EXCESS
}
