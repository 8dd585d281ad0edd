package io.waybill.ingress.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.configuration.kafka.config.AbstractKafkaProducerConfiguration;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImapIngressTest {
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
}
