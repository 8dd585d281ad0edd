package io.waybill.ingress.endpoint;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;

/**
 * Ready is who knows every mailbox and knows where the pointers go. Brokers that go away later change nothing here: each answer tells
 * of them. Where reading the mailboxes breaks off, it is not ready until they have been read again.
 */
public final class IngressReadiness implements HealthIndicator {
    private final BooleanSupplier mailboxes;
    private final BooleanSupplier topic;

    public IngressReadiness(BooleanSupplier mailboxes, BooleanSupplier topic) {
        this.mailboxes = mailboxes;
        this.topic = topic;
    }

    /** Whether every mailbox has been read, and reading goes on: else one that is unknown may only be unread. */
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
