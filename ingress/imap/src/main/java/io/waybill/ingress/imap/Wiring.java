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
    /** Nobody is asked for the key of a listener; one whose key is missing here has no valid signature. */
    @Context
    IngressCounters counters(MeterRegistry registry) {
        return new IngressCounters(
                registry,
                Provider.IMAP,
                EnumSet.complementOf(EnumSet.of(Refusal.KEYS_UNREACHABLE, Refusal.NO_INSTALL_KEY)));
    }
}
