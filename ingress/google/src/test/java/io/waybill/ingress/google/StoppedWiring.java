package io.waybill.ingress.google;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.waybill.ingress.endpoint.InMemoryWiring;
import io.waybill.sandbox.emulator.StoppedClock;
import jakarta.inject.Singleton;

/** Without a broker the time is the test's too. */
@Factory
@Requires(property = InMemoryWiring.PROPERTY)
final class StoppedWiring {
    @Singleton
    @Primary
    StoppedClock clock() {
        return new StoppedClock();
    }
}
