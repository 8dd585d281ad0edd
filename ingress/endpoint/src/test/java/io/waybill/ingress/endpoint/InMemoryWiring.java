package io.waybill.ingress.endpoint;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.waybill.contracts.InMemoryMailboxDirectory;
import jakarta.inject.Singleton;

/** Without a broker: the directory and the acknowledgements are the test's. */
@Factory
@Requires(property = InMemoryWiring.PROPERTY)
public final class InMemoryWiring {
    /** Where it is set, an application is wired so. */
    public static final String PROPERTY = "waybill.test.in-memory";

    @Singleton
    @Primary
    InMemoryMailboxDirectory directory() {
        return new InMemoryMailboxDirectory();
    }

    @Singleton
    @Primary
    FakeSender sender() {
        return new FakeSender();
    }

    @Singleton
    @Primary
    IngressReadiness readiness() {
        return new IngressReadiness(() -> true, () -> true);
    }
}
