package io.waybill.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapNotification;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What is counted, by the names that dashboards use. */
final class WatchMeters {
    private final MeterRegistry registry;
    private final Counter arrivals;
    private final Counter changes;
    private final Counter repeats;

    WatchMeters(MeterRegistry registry) {
        this.registry = registry;
        arrivals = Counter.builder("waybill.watch.pushes")
                .description("Notifications that the ingress accepted")
                .tag("kind", "arrived")
                .register(registry);
        changes = Counter.builder("waybill.watch.pushes")
                .description("Notifications that the ingress accepted")
                .tag("kind", "changes")
                .register(registry);
        repeats = Counter.builder("waybill.watch.repeats")
                .description("Notifications that had to be posted again")
                .register(registry);
    }

    /** Shows how many listeners are in each state. */
    void watch(Listeners listeners, ToDoubleFunction<ListenerState> count) {
        show("waybill.watch.listeners", "Listeners by state", ListenerState.OF_LISTENERS, listeners, count);
    }

    /** Shows how many subscriptions are in each state. */
    void watch(Subscriptions subscriptions, ToDoubleFunction<ListenerState> count) {
        show(
                "waybill.watch.subscriptions",
                "Subscriptions by state",
                ListenerState.OF_SUBSCRIPTIONS,
                subscriptions,
                count);
    }

    private void show(
            String name,
            String description,
            Set<ListenerState> states,
            Object owner,
            ToDoubleFunction<ListenerState> count) {
        for (ListenerState state : states) {
            Gauge.builder(name, owner, _ -> count.applyAsDouble(state))
                    .description(description)
                    .tag("state", state.word())
                    .register(registry);
        }
    }

    void pushed(ImapNotification notification) {
        (notification.changes() == null ? arrivals : changes).increment();
    }

    void repeated() {
        repeats.increment();
    }

    /** A connection was lost or could not be made. */
    void failed(FailureCode code) {
        Counter.builder("waybill.watch.reconnects")
                .description("Connections that were lost or could not be made, by code")
                .tag("code", code.name())
                .register(registry)
                .increment();
    }
}
