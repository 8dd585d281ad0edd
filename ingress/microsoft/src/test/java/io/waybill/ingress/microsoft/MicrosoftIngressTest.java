package io.waybill.ingress.microsoft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.configuration.kafka.config.AbstractKafkaProducerConfiguration;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.Topics;
import io.waybill.ingress.endpoint.CounterOfEach;
import io.waybill.ingress.endpoint.SlowCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MicrosoftIngressTest {
    @Test
    void producer_keepsTheDeadlineAndTheBrokersLimit(@TempDir Path secrets) {
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of())) {
            Properties config = ingress.bean(AbstractKafkaProducerConfiguration.class, Qualifiers.byName("pointers"))
                    .getConfig();
            assertEquals("all", String.valueOf(config.get("acks")));
            assertEquals("true", String.valueOf(config.get("enable.idempotence")));
            long blocked = Long.parseLong(String.valueOf(config.get("max.block.ms")));
            long delivered = Long.parseLong(String.valueOf(config.get("delivery.timeout.ms")));
            assertEquals(PointerProducer.DEADLINE.toMillis(), blocked + delivered);
            assertTrue(Integer.parseInt(String.valueOf(config.get("batch.size"))) < Topics.POINTERS.maxMessageBytes());
        }
    }

    @Test
    void server_letsInWhatIsRead(@TempDir Path secrets) {
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of())) {
            assertEquals(
                    ChangeNotifications.MAX_BYTES,
                    ingress.bean(HttpServerConfiguration.class).getMaxRequestSize());
        }
    }

    @Test
    void server_closesWhatIsIdle(@TempDir Path secrets) {
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of())) {
            assertEquals(
                    Duration.ofSeconds(60),
                    ingress.bean(HttpServerConfiguration.class).getIdleTimeout());
        }
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of("micronaut.server.idle-timeout", "1s"));
                SlowCaller silent = new SlowCaller(ingress)) {
            assertTrue(silent.isClosedWithin(Duration.ofSeconds(20)));
        }
    }

    @Test
    void counters_areThereFromTheStart(@TempDir Path secrets) {
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of())) {
            assertEquals(0, ingress.counted("accepted_total{provider=\"microsoft\"}"));
            assertEquals(0, ingress.counted("pointers_total{provider=\"microsoft\"}"));
            assertEquals(0, ingress.counted("validated_total{provider=\"microsoft\"}"));
            for (Drop drop : Drop.values()) {
                assertEquals(0, ingress.dropped(CounterOfEach.word(drop)));
            }
            for (LifecycleEvent event : LifecycleEvent.values()) {
                assertEquals(
                        0,
                        ingress.counted(
                                "lifecycle_total{event=\"" + CounterOfEach.word(event) + "\",provider=\"microsoft\"}"));
            }
            assertFalse(ingress.graph().get("/prometheus").body().contains("foreign-folder"));
        }
    }
}
