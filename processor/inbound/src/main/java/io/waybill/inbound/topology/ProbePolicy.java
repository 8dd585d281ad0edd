package io.waybill.inbound.topology;

import java.time.Duration;

/**
 * When a parked cause is tried again: one job goes ahead, the others wait for what it finds.
 *
 * @param first after the cause parked
 * @param max the longest pause between two probes; each is twice the one before
 */
public record ProbePolicy(Duration first, Duration max) {
    public static final ProbePolicy DEFAULTS = new ProbePolicy(Duration.ofSeconds(5), Duration.ofMinutes(2));

    Duration pause(int failedProbes) {
        long millis = first.toMillis() << Math.min(failedProbes, 20);
        return Duration.ofMillis(Math.min(millis, max.toMillis()));
    }
}
