package io.waybill.ingress.microsoft;

import io.micronaut.core.annotation.Nullable;
import io.waybill.contracts.SubscriptionEvent;
import java.util.Optional;

/**
 * What Graph says of a subscription's own life. Each means that notifications may be lost, and so that the mailbox is to be listed.
 *
 * @see <a href="https://learn.microsoft.com/graph/change-notifications-lifecycle-events">Lifecycle events</a>
 */
enum LifecycleEvent {
    /** Delivery pauses until the subscription is renewed. */
    REAUTHORIZATION_REQUIRED("reauthorizationRequired", SubscriptionEvent.Kind.RENEW),
    /** There is no subscription any more. */
    SUBSCRIPTION_REMOVED("subscriptionRemoved", SubscriptionEvent.Kind.REMOVED),
    /** Notifications were not delivered. */
    MISSED("missed", null),
    /** A word that Graph did not know when this was written. */
    OTHER("", null);

    private final String graphWord;

    @Nullable
    private final SubscriptionEvent.Kind kind;

    LifecycleEvent(String graphWord, @Nullable SubscriptionEvent.Kind kind) {
        this.graphWord = graphWord;
        this.kind = kind;
    }

    static LifecycleEvent of(String graphWord) {
        for (LifecycleEvent event : values()) {
            if (event.graphWord.equals(graphWord)) {
                return event;
            }
        }
        return OTHER;
    }

    /** What who keeps the subscription must do about it; empty for nothing. */
    Optional<SubscriptionEvent.Kind> kind() {
        return Optional.ofNullable(kind);
    }
}
