package io.waybill.ingress.microsoft;

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
    /** Graph is never told that a notification is forged or of a folder that is not ours: it would only repeat it. */
    @Context
    IngressCounters counters(MeterRegistry registry) {
        return new IngressCounters(
                registry,
                Provider.MICROSOFT,
                EnumSet.complementOf(
                        EnumSet.of(Refusal.KEYS_UNREACHABLE, Refusal.UNAUTHORIZED, Refusal.FOREIGN_FOLDER)));
    }
}
