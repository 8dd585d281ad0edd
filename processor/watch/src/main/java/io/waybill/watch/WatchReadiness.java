package io.waybill.watch;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;

/**
 * Ready is who knows which mailboxes are its own. Whether the ingress and the mail servers answer is each listener's own affair: they
 * try again by themselves.
 */
final class WatchReadiness implements HealthIndicator {
    private final BooleanSupplier assigned;

    WatchReadiness(BooleanSupplier assigned) {
        this.assigned = assigned;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        boolean ready = assigned.getAsBoolean();
        return Publishers.just(HealthResult.builder("watch", ready ? HealthStatus.UP : HealthStatus.DOWN)
                .details(Map.of("mailboxesAssigned", ready))
                .build());
    }
}
