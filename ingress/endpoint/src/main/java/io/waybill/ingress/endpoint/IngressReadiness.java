package io.waybill.ingress.endpoint;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;

/** Ready is who knows every mailbox and knows where the pointers go. Once ready, an outage is told by each answer. */
public final class IngressReadiness implements HealthIndicator {
    private final BooleanSupplier mailboxes;
    private final BooleanSupplier topic;

    public IngressReadiness(BooleanSupplier mailboxes, BooleanSupplier topic) {
        this.mailboxes = mailboxes;
        this.topic = topic;
    }

    /** Whether every mailbox has been read. */
    public boolean knowsMailboxes() {
        return mailboxes.getAsBoolean();
    }

    @Override
    public Publisher<HealthResult> getResult() {
        boolean read = mailboxes.getAsBoolean();
        boolean found = topic.getAsBoolean();
        return Publishers.just(HealthResult.builder("ingress", read && found ? HealthStatus.UP : HealthStatus.DOWN)
                .details(Map.of("mailboxesRead", read, "pointerTopicFound", found))
                .build());
    }
}
