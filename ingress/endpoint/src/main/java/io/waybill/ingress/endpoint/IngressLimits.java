package io.waybill.ingress.endpoint;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Bounds of this application.
 *
 * @param maxInFlight requests that may wait for the brokers at the same time; beyond it the answer is 503 at once
 */
@ConfigurationProperties("waybill.ingress")
public record IngressLimits(@Bindable(defaultValue = "64") int maxInFlight) {
    public IngressLimits {
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("waybill.ingress.max-in-flight must be positive");
        }
    }
}
