package io.waybill.inbound;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/** Ready means that jobs run: the streams are RUNNING, not merely on the way there. */
@Singleton
@Readiness
public class PipelineReadiness implements HealthIndicator {
    private final PipelineLifecycle lifecycle;

    PipelineReadiness(PipelineLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Publishers.just(
                HealthResult.builder("pipeline", lifecycle.isReady() ? HealthStatus.UP : HealthStatus.DOWN)
                        .build());
    }
}
