package io.waybill.inbound;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.waybill.inbound.topology.RetryPolicy;
import java.time.Duration;

/** How often and how long a job is tried, {@code waybill.retry.*}; the words are those of {@link RetryPolicy}. */
@ConfigurationProperties("waybill.retry")
public record RetrySettings(
        @Bindable(defaultValue = "8") int maxAttempts,
        @Bindable(defaultValue = "5s") Duration delay,
        @Bindable(defaultValue = "3") double factor,
        @Bindable(defaultValue = "30m") Duration maxDelay,
        @Bindable(defaultValue = "72h") Duration maxDuration) {

    RetryPolicy policy() {
        return new RetryPolicy(maxAttempts, delay, factor, maxDelay, maxDuration);
    }
}
