package io.waybill.ingress.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.configuration.kafka.config.AbstractKafkaProducerConfiguration;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.BeanInstantiationException;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.Topics;
import io.waybill.ingress.endpoint.CounterOfEach;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GoogleIngressTest {
    private Google google;
    private Ingress ingress;

    @BeforeAll
    void start(@TempDir Path secrets) {
        google = new Google();
        ingress = Ingress.inMemory(secrets, google, Map.of());
    }

    @AfterAll
    void stop() {
        ingress.close();
        google.close();
    }

    @Test
    void producer_keepsTheDeadlineAndTheBrokersLimit() {
        Properties config = ingress.bean(AbstractKafkaProducerConfiguration.class, Qualifiers.byName("pointers"))
                .getConfig();
        assertEquals("all", String.valueOf(config.get("acks")));
        assertEquals("true", String.valueOf(config.get("enable.idempotence")));
        long blocked = Long.parseLong(String.valueOf(config.get("max.block.ms")));
        long delivered = Long.parseLong(String.valueOf(config.get("delivery.timeout.ms")));
        assertEquals(PointerProducer.DEADLINE.toMillis(), blocked + delivered);
        assertTrue(Integer.parseInt(String.valueOf(config.get("batch.size"))) < Topics.POINTERS.maxMessageBytes());
    }

    /** A request may wait for the keys and then for the metadata of the topic, and still has its answer in time. */
    @Test
    void keys_leaveTimeForTheBrokers() {
        long blocked = Long.parseLong(
                String.valueOf(ingress.bean(AbstractKafkaProducerConfiguration.class, Qualifiers.byName("pointers"))
                        .getConfig()
                        .get("max.block.ms")));
        assertTrue(GoogleKeys.WAIT.plusMillis(blocked).compareTo(PointerProducer.DEADLINE) < 0);
    }

    @Test
    void server_letsInWhatIsRead() {
        assertEquals(Push.MAX_BYTES, ingress.bean(HttpServerConfiguration.class).getMaxRequestSize());
    }

    @Test
    void counters_areThereFromTheStart() {
        assertEquals(0, ingress.counted("accepted_total{provider=\"google\"}"));
        assertEquals(0, ingress.counted("pointers_total{provider=\"google\"}"));
        for (Drop drop : Drop.values()) {
            assertEquals(0, ingress.dropped(CounterOfEach.word(drop)));
        }
        for (TokenFault fault : TokenFault.values()) {
            assertEquals(0, ingress.rejected(CounterOfEach.word(fault)));
        }
        assertEquals(0, ingress.rejected("too-large"));
        for (String reason : List.of("overloaded", "not-ready", "not-enqueued", "keys-unreachable")) {
            assertEquals(0, ingress.counted("unavailable_total{provider=\"google\",reason=\"" + reason + "\"}"));
        }
        for (String result : List.of("read", "unreachable")) {
            assertEquals(0, ingress.counted("keys_total{provider=\"google\",result=\"" + result + "\"}"));
        }
        assertFalse(ingress.caller().get("/prometheus").body().contains("foreign-folder"));
    }

    @Test
    void start_withKeysFromAnywhere_isRefused(@TempDir Path secrets) {
        assertThrows(
                BeanInstantiationException.class,
                () -> Ingress.inMemory(secrets, google, Map.of("waybill.google.jwks-url", "http://example.com/certs")));
    }

    @Test
    void configuration_asksGoogleItself() {
        try (ApplicationContext context = ApplicationContext.builder().build()) {
            context.getEnvironment().start();
            assertEquals(
                    "https://www.googleapis.com/oauth2/v3/certs",
                    context.getEnvironment().getRequiredProperty("waybill.google.jwks-url", String.class));
            assertEquals(8082, context.getEnvironment().getRequiredProperty("micronaut.server.port", Integer.class));
        }
    }
}
