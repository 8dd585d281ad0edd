package io.waybill.contracts;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** What a reader of tables takes of an application's wider configuration: how the brokers are reached. */
public final class ConsumerSettings {
    private ConsumerSettings() {}

    /** Those that a consumer knows. */
    public static Map<String, Object> of(Map<?, ?> configuration) {
        Map<String, Object> settings = new HashMap<>();
        configuration.forEach((name, value) -> {
            if (ConsumerConfig.configNames().contains(name.toString())) {
                settings.put(name.toString(), value);
            }
        });
        return settings;
    }
}
