package io.waybill.ingress.microsoft;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.waybill.contracts.Provider;
import java.util.EnumMap;
import java.util.Map;

/** What became of the single notifications; each counter is there from the start, so that a rate has a beginning. */
@Context
final class NotificationCounters {
    private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);
    private final Map<LifecycleEvent, Counter> lifecycle = new EnumMap<>(LifecycleEvent.class);
    private final Counter validated;

    NotificationCounters(MeterRegistry registry) {
        String provider = Provider.MICROSOFT.token();
        for (Drop drop : Drop.values()) {
            dropped.put(
                    drop,
                    Counter.builder("waybill.ingress.dropped")
                            .description("Notifications that are answered and not enqueued")
                            .tag("provider", provider)
                            .tag("reason", drop.word())
                            .register(registry));
        }
        for (LifecycleEvent event : LifecycleEvent.values()) {
            lifecycle.put(
                    event,
                    Counter.builder("waybill.ingress.lifecycle")
                            .description("What the provider said of subscriptions")
                            .tag("provider", provider)
                            .tag("event", event.word())
                            .register(registry));
        }
        validated = Counter.builder("waybill.ingress.validated")
                .description("Answers to the provider's question whether somebody listens here")
                .tag("provider", provider)
                .register(registry);
    }

    void dropped(Drop drop) {
        dropped(drop, 1);
    }

    void dropped(Drop drop, int notifications) {
        dropped.get(drop).increment(notifications);
    }

    void lifecycle(LifecycleEvent event) {
        lifecycle.get(event).increment();
    }

    void validated() {
        validated.increment();
    }
}
