package io.waybill.ingress.endpoint;

/** Why a connection is closed while a request still comes in. The words are part of the metrics. */
enum Cut {
    /** It took longer than a request may take. */
    SLOW,
    /** All that come in have more than they may have together, and it was the oldest of them; or it has too much of it alone. */
    CROWDED
}
