package io.waybill.inbound;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.waybill.inbound.topology.ProbePolicy;
import java.time.Duration;

/**
 * When parked causes are probed, {@code waybill.park.*}.
 *
 * @param firstProbe after the cause parked
 * @param probe the longest pause between two probes
 */
@ConfigurationProperties("waybill.park")
public record ParkSettings(
        @Bindable(defaultValue = "5s") Duration firstProbe,
        @Bindable(defaultValue = "2m") Duration probe) {

    ProbePolicy policy() {
        return new ProbePolicy(firstProbe.compareTo(probe) < 0 ? firstProbe : probe, probe);
    }
}
