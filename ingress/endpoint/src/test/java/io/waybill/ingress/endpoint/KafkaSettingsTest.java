package io.waybill.ingress.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.micronaut.configuration.kafka.config.KafkaDefaultConfiguration;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaSettingsTest {
    @Test
    void of_reachProducerAndReaders(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("kafka.properties"),
                "# of the operator\nclient.rack=cellar\nsecurity.protocol=SSL\n");
        try (ApplicationContext context = ApplicationContext.builder()
                .propertySources(KafkaSettings.of(file.toString()))
                .build()) {
            context.getEnvironment().start();
            KafkaDefaultConfiguration readers = new KafkaDefaultConfiguration(context.getEnvironment());
            assertEquals("cellar", readers.getConfig().get("client.rack"));
            assertEquals("SSL", readers.getConfig().get("security.protocol"));
        }
    }

    @Test
    void of_none() throws IOException {
        assertFalse(KafkaSettings.of(null).iterator().hasNext());
        assertFalse(KafkaSettings.of("").iterator().hasNext());
    }
}
