package io.waybill.inbound;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** How this process reaches the brokers: the bootstrap servers, and TLS and SASL from a file where the cluster wants them. */
@Singleton
public class KafkaClientSettings {
    private final Map<String, Object> config = new HashMap<>();

    KafkaClientSettings(@Value("${kafka.bootstrap.servers}") String servers, ProcessorSettings settings) {
        if (!settings.kafkaConfig().isBlank()) {
            Properties file = new Properties();
            try (Reader reader = Files.newBufferedReader(Path.of(settings.kafkaConfig()))) {
                file.load(reader);
            } catch (IOException unreadable) {
                throw new UncheckedIOException("cannot read WAYBILL_KAFKA_CONFIG", unreadable);
            }
            file.forEach((name, value) -> config.put(name.toString(), value));
        }
        config.put("bootstrap.servers", servers);
    }

    Map<String, Object> config() {
        return Map.copyOf(config);
    }
}
