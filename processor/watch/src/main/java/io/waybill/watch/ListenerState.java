package io.waybill.watch;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What is done to learn of a mailbox's mail: what a listener is doing, or how a subscription stands. */
enum ListenerState {
    /** Opening its connection. */
    CONNECTING,
    /** Waiting for the server's word. */
    IDLE,
    /** Looking by itself every minute: the server has no IDLE. */
    POLLING,
    /** Telling the ingress. */
    PUSHING,
    /** It failed, and is tried again after a pause. */
    RETRYING,
    /** An operator paused the mailbox. */
    PAUSED,
    /** Asking the provider to announce what comes. */
    SUBSCRIBING,
    /** The provider announces what comes. */
    SUBSCRIBED,
    /** Nobody announces what comes, since providers have no address to call: the mailbox is listed often. */
    LISTING;

    static final Set<ListenerState> OF_LISTENERS = EnumSet.range(CONNECTING, PAUSED);
    static final Set<ListenerState> OF_SUBSCRIPTIONS = EnumSet.of(SUBSCRIBING, SUBSCRIBED, LISTING, RETRYING);

    @JsonValue
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
