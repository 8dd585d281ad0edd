package io.waybill.watch;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a listener is doing. */
enum ListenerState {
    /** Opening its connection. */
    CONNECTING,
    /** Waiting for the server's word. */
    IDLE,
    /** Looking by itself every minute: the server has no IDLE. */
    POLLING,
    /** Telling the ingress. */
    PUSHING,
    /** Waiting before it connects again. */
    RETRYING,
    /** An operator paused the mailbox. */
    PAUSED;

    @JsonValue
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
