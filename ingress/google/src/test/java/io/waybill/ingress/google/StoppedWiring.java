package io.waybill.ingress.google;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.waybill.ingress.endpoint.InMemoryWiring;
import jakarta.inject.Singleton;

/** Without a broker the time is the test's too. */
@Factory
@Requires(property = InMemoryWiring.PROPERTY)
final class TurnedWiring {
    @Singleton
    @Primary
    TurnedClock clock() {
        return new TurnedClock();
    }
}
