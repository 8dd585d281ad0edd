package io.waybill.inbound;

import io.micronaut.context.annotation.Value;
import io.waybill.contracts.KafkaClientFile;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** How this process reaches the brokers: the bootstrap servers, and TLS and SASL from a file where the cluster wants them. */
@Singleton
public class KafkaClientSettings {
    private final Map<String, Object> config = new HashMap<>();

    KafkaClientSettings(@Value("${kafka.bootstrap.servers}") String servers, ProcessorSettings settings) {
        try {
            config.putAll(KafkaClientFile.read(settings.kafkaConfig()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read WAYBILL_KAFKA_CONFIG", unreadable);
        }
        config.put("bootstrap.servers", servers);
    }

    Map<String, Object> config() {
        return Map.copyOf(config);
    }
}
