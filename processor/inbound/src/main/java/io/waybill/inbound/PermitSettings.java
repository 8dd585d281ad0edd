package io.waybill.inbound;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.waybill.inbound.execute.Permits;
import java.time.Duration;

/** What may run at the same time, {@code waybill.permits.*}; the words are those of {@link Permits}. */
@ConfigurationProperties("waybill.permits")
public record PermitSettings(
        @Bindable(defaultValue = "64") int tenant,
        @Bindable(defaultValue = "1024") int process,
        @Bindable(defaultValue = "120s") Duration deadline) {

    Permits permits() {
        return new Permits(tenant, process, deadline);
    }
}
