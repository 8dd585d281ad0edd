package io.waybill.ingress.endpoint;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.contracts.Provider;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** What became of the requests: each counter is there from the start, so that a rate has a beginning. */
public final class IngressCounters {
    private final Counter accepted;
    private final Counter pointers;
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
    private final CounterOfEach<Cut> cut;

    /** @param given the refusals that the provider's application knows */
    public IngressCounters(MeterRegistry registry, Provider provider, Set<Refusal> given) {
        String word = provider.token();
        accepted = Counter.builder("waybill.ingress.accepted")
                .description("Requests of which every pointer is durable")
                .tag("provider", word)
                .register(registry);
        pointers = Counter.builder("waybill.ingress.pointers")
                .description("Pointers that are durable")
                .tag("provider", word)
                .register(registry);
        cut = new CounterOfEach<>(
                registry,
                "waybill.ingress.closed",
                "Connections closed while a request still came in",
                provider,
                "reason",
                Cut.class);
        for (Refusal refusal : given) {
            boolean ours = refusal.retryAfterSeconds() > 0;
            refused.put(
                    refusal,
                    Counter.builder(ours ? "waybill.ingress.unavailable" : "waybill.ingress.rejected")
                            .description(ours ? "Requests to be repeated" : "Requests that are not accepted")
                            .tag("provider", word)
                            .tag("reason", refusal.word())
                            .register(registry));
        }
    }

    public void accepted(int enqueued) {
        accepted.increment();
        pointers.increment(enqueued);
    }

    public void refused(Refusal refusal) {
        refused.get(refusal).increment();
    }

    void cut(Cut cause) {
        cut.increment(cause);
    }
}
