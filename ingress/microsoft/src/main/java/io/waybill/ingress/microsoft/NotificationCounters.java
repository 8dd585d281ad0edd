package io.waybill.ingress.microsoft;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.waybill.contracts.Provider;
import io.waybill.ingress.endpoint.CounterOfEach;

/** What became of the single notifications; each counter is there from the start, so that a rate has a beginning. */
@Context
final class NotificationCounters {
    private final CounterOfEach<Drop> dropped;
    private final CounterOfEach<LifecycleEvent> lifecycle;
    private final Counter validated;

    NotificationCounters(MeterRegistry registry) {
        dropped = new CounterOfEach<>(
                registry,
                "waybill.ingress.dropped",
                "Notifications that are answered and not enqueued",
                Provider.MICROSOFT,
                "reason",
                Drop.class);
        lifecycle = new CounterOfEach<>(
                registry,
                "waybill.ingress.lifecycle",
                "What the provider said of subscriptions",
                Provider.MICROSOFT,
                "event",
                LifecycleEvent.class);
        validated = Counter.builder("waybill.ingress.validated")
                .description("Answers to the provider's question whether somebody listens here")
                .tag("provider", Provider.MICROSOFT.token())
                .register(registry);
    }

    void dropped(Drop drop) {
        dropped(drop, 1);
    }

    void dropped(Drop drop, int notifications) {
        dropped.increment(drop, notifications);
    }

    void lifecycle(LifecycleEvent event) {
        lifecycle.increment(event);
    }

    void validated() {
        validated.increment();
    }
}
