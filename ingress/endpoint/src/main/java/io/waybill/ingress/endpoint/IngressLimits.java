package io.waybill.ingress.endpoint;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Bounds of this application.
 *
 * @param maxInFlight requests that may wait for the brokers at the same time; beyond it the answer is 503 at once
 * @param maxInFlightBytes what their bodies may have together, likewise: a pointer in memory is a few times its bytes in the body
 * @param maxIncomingBytes what the requests may have together of which only a part is here yet: a third of the memory that an
 *     application has, and one of them a quarter of that; beyond it connections are closed
 * @param maxRequestTime from the first byte of a request to its last; the connection of a slower one is closed
 */
@ConfigurationProperties("waybill.ingress")
public record IngressLimits(
        @Bindable(defaultValue = "64") int maxInFlight,
        @Bindable(defaultValue = "16777216") int maxInFlightBytes,
        @Bindable(defaultValue = "33554432") int maxIncomingBytes,
        @Bindable(defaultValue = "10s") Duration maxRequestTime) {
    /** The largest request of any provider; less would refuse it for ever. */
    private static final int MIN_BYTES = 1024 * 1024;

    /** So that the largest is well below a quarter, in however many pieces it comes. */
    private static final int MIN_INCOMING_BYTES = 8 * MIN_BYTES;

    public IngressLimits {
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("waybill.ingress.max-in-flight must be positive");
        }
        if (maxInFlightBytes < MIN_BYTES) {
            throw new IllegalArgumentException("waybill.ingress.max-in-flight-bytes must be at least " + MIN_BYTES);
        }
        if (maxIncomingBytes < MIN_INCOMING_BYTES) {
            throw new IllegalArgumentException(
                    "waybill.ingress.max-incoming-bytes must be at least " + MIN_INCOMING_BYTES);
        }
        if (!maxRequestTime.isPositive()) {
            throw new IllegalArgumentException("waybill.ingress.max-request-time must be positive");
        }
    }
}
