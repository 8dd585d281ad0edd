package io.waybill.sandbox.graph;

/** What Graph tells about a subscription itself. */
public enum LifecycleEvent {
    /** The subscription waits for a PATCH or {@code /reauthorize}; it is told again until then, and paused once it waited long. */
    REAUTHORIZATION_REQUIRED("reauthorizationRequired"),
    /** The subscription is gone. */
    SUBSCRIPTION_REMOVED("subscriptionRemoved"),
    /** Notifications were not delivered; the subscription stays. */
    MISSED("missed");

    private final String wireName;

    LifecycleEvent(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }
}
