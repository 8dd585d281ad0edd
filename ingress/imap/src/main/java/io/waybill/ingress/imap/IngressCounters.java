package io.waybill.ingress.imap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/** What became of the requests: each counter is there from the start, so that a rate has a beginning. */
@Singleton
final class IngressCounters {
    private final Counter accepted;
    private final Counter pointers;
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);

    IngressCounters(MeterRegistry registry) {
        accepted = Counter.builder("waybill.ingress.accepted")
                .description("Requests of which every pointer is durable")
                .tag("provider", "imap")
                .register(registry);
        pointers = Counter.builder("waybill.ingress.pointers")
                .description("Pointers that are durable")
                .tag("provider", "imap")
                .register(registry);
        for (Refusal refusal : Refusal.values()) {
            boolean ours = refusal.retryAfterSeconds() > 0;
            refused.put(
                    refusal,
                    Counter.builder(ours ? "waybill.ingress.unavailable" : "waybill.ingress.rejected")
                            .description(ours ? "Requests to be repeated" : "Requests that are not accepted")
                            .tag("provider", "imap")
                            .tag("reason", refusal.word())
                            .register(registry));
        }
    }

    void accepted(int enqueued) {
        accepted.increment();
        pointers.increment(enqueued);
    }

    void refused(Refusal refusal) {
        refused.get(refusal).increment();
    }
}
