package io.waybill.watch;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The times of subscriptions ({@code waybill.watch.subscription.*}).
 *
 * @param life for how long one is asked for: Graph gives less than seven days
 * @param renew after how long it is renewed at the latest; each at a random time from half of it on, so that they do not come all at once
 */
@ConfigurationProperties("waybill.watch.subscription")
record SubscriptionSettings(
        @Bindable(defaultValue = "6d") Duration life,
        @Bindable(defaultValue = "24h") Duration renew) {
    /** 10,080 minutes. */
    private static final Duration LONGEST = Duration.ofDays(7);

    SubscriptionSettings {
        if (!renew.isPositive() || renew.multipliedBy(2).compareTo(life) > 0) {
            throw new IllegalArgumentException(
                    "waybill.watch.subscription.renew must be positive and half of the life at most");
        }
        if (life.compareTo(LONGEST) >= 0) {
            throw new IllegalArgumentException("waybill.watch.subscription.life must be below seven days");
        }
    }
}
