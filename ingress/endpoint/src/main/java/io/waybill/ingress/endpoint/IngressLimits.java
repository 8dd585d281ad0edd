package io.waybill.ingress.endpoint;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Bounds of this application.
 *
 * @param maxInFlight requests that may wait for the brokers at the same time; beyond it the answer is 503 at once
 * @param maxInFlightBytes what their bodies may have together, likewise: a pointer in memory is a few times its bytes in the body
 */
@ConfigurationProperties("waybill.ingress")
public record IngressLimits(
        @Bindable(defaultValue = "64") int maxInFlight,
        @Bindable(defaultValue = "16777216") int maxInFlightBytes) {
    /** The largest request of any provider; less would refuse it for ever. */
    private static final int MIN_BYTES = 1024 * 1024;

    public IngressLimits {
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("waybill.ingress.max-in-flight must be positive");
        }
        if (maxInFlightBytes < MIN_BYTES) {
            throw new IllegalArgumentException("waybill.ingress.max-in-flight-bytes must be at least " + MIN_BYTES);
        }
    }
}
