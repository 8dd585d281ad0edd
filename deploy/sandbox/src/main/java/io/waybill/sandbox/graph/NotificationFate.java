package io.waybill.sandbox.graph;

/** What becomes of notifications. Counted per notification, but for {@link #POST}. */
public enum NotificationFate {
    /** A subscription was to be told of a change. */
    OWED,
    /** A request with one or more of them was sent, the first time or again. */
    POST,
    /** Answered with 2xx in time; of a notification that is sent twice, twice. */
    DELIVERED,
    /** Not answered so, and to be sent again. */
    RETRIED,
    /** Given up after all the retries. */
    LOST,
    /** Sent twice, by a fault. */
    DUPLICATED,
    /** Never sent, by a fault. */
    DROPPED,
    /** Never sent, since the endpoint was too slow too often. */
    MISSED,
    /** Never sent, since the subscription waits for a reauthorization or ended meanwhile. */
    WITHHELD
}
