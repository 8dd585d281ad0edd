package io.waybill.ingress.google;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.waybill.contracts.Provider;
import io.waybill.ingress.endpoint.CounterOfEach;

/** What became of the pushes, and of the keys that prove them; each counter is there from the start. */
@Context
final class PushCounters {
    private final CounterOfEach<Drop> dropped;
    private final CounterOfEach<TokenFault> rejected;
    private final CounterOfEach<KeysAsked> keys;

    /** What came of asking for Google's keys. The words are part of the metrics. */
    enum KeysAsked {
        READ,
        UNREACHABLE
    }

    PushCounters(MeterRegistry registry) {
        dropped = new CounterOfEach<>(
                registry,
                "waybill.ingress.dropped",
                "Notifications that are answered and not enqueued",
                Provider.GOOGLE,
                "reason",
                Drop.class);
        rejected = new CounterOfEach<>(
                registry,
                "waybill.ingress.rejected",
                "Requests that are not accepted",
                Provider.GOOGLE,
                "reason",
                TokenFault.class);
        keys = new CounterOfEach<>(
                registry,
                "waybill.ingress.keys",
                "How often the provider was asked for its keys",
                Provider.GOOGLE,
                "result",
                KeysAsked.class);
    }

    void dropped(Drop drop) {
        dropped.increment(drop);
    }

    void rejected(TokenFault fault) {
        rejected.increment(fault);
    }

    void keysAsked(KeysAsked result) {
        keys.increment(result);
    }
}
