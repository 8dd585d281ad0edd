package io.waybill.ingress.google;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.waybill.contracts.Provider;
import io.waybill.ingress.endpoint.IngressCounters;
import io.waybill.ingress.endpoint.Refusal;
import java.net.URI;
import java.time.Clock;
import java.util.EnumSet;

/** What the application has beside {@link io.waybill.ingress.endpoint}. */
@Factory
final class Wiring {
    /** Who proves nothing is counted by {@link TokenFault}; whoever does is never told of a bad body, and has it dropped;
     * a compressed one is nobody's. */
    @Context
    IngressCounters counters(MeterRegistry registry) {
        return new IngressCounters(
                registry,
                Provider.GOOGLE,
                EnumSet.of(
                        Refusal.OVERLOADED,
                        Refusal.NOT_READY,
                        Refusal.NOT_ENQUEUED,
                        Refusal.KEYS_UNREACHABLE,
                        Refusal.NOT_JSON,
                        Refusal.TOO_LARGE));
    }

    /** An address that may not be asked stops the start. */
    @Context
    @Bean(preDestroy = "close")
    GoogleKeys keys(@Property(name = "waybill.google.jwks-url") URI address, Clock clock, PushCounters counters) {
        return new GoogleKeys(address, clock, counters);
    }
}
