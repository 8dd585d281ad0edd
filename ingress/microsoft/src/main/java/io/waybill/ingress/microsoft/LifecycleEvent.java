package io.waybill.ingress.microsoft;

import java.util.Locale;

/**
 * What Graph says of a subscription's own life. Each means that notifications may be lost, and so that the mailbox is to be listed.
 *
 * @see <a href="https://learn.microsoft.com/graph/change-notifications-lifecycle-events">Lifecycle events</a>
 */
enum LifecycleEvent {
    /** Delivery pauses until the subscription is renewed. */
    REAUTHORIZATION_REQUIRED("reauthorizationRequired"),
    /** There is no subscription any more. */
    SUBSCRIPTION_REMOVED("subscriptionRemoved"),
    /** Notifications were not delivered. */
    MISSED("missed"),
    /** A word that Graph did not know when this was written. */
    OTHER("");

    private final String graphWord;

    LifecycleEvent(String graphWord) {
        this.graphWord = graphWord;
    }

    static LifecycleEvent of(String graphWord) {
        for (LifecycleEvent event : values()) {
            if (event.graphWord.equals(graphWord)) {
                return event;
            }
        }
        return OTHER;
    }

    /** The word in metrics. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
