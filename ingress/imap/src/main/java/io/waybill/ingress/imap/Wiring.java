package io.waybill.ingress.imap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.waybill.contracts.Provider;
import io.waybill.ingress.endpoint.IngressCounters;
import io.waybill.ingress.endpoint.Refusal;
import java.util.EnumSet;

/** What the application has beside {@link io.waybill.ingress.endpoint}. */
@Factory
final class Wiring {
    /** A listener's key is our own, and always there. */
    @Context
    IngressCounters counters(MeterRegistry registry) {
        return new IngressCounters(registry, Provider.IMAP, EnumSet.complementOf(EnumSet.of(Refusal.KEYS_UNREACHABLE)));
    }
}
