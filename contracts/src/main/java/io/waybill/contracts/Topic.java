package io.waybill.contracts;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A topic and its policy.
 *
 * @param name the topic's name
 * @param policy how long its records stay
 * @param maxMessageBytes what the broker refuses beyond, of a batch as the producer sends it
 */
public record Topic(String name, Policy policy, int maxMessageBytes) {
    /** How long records stay. */
    public sealed interface Policy {
        /** Records go after a time. */
        record Delete(Duration retention) implements Policy {}

        /** The last record of each key stays; a tombstone removes it. */
        record Compact() implements Policy {}
    }

    /** The configuration to create the topic with. Retention follows the broker's clock, never a producer's. */
    public Map<String, String> config() {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("message.timestamp.type", "LogAppendTime");
        config.put("max.message.bytes", Integer.toString(maxMessageBytes));
        switch (policy) {
            case Policy.Delete delete -> {
                config.put("cleanup.policy", "delete");
                config.put("retention.ms", Long.toString(delete.retention().toMillis()));
            }
            case Policy.Compact _ -> config.put("cleanup.policy", "compact");
        }
        return config;
    }

    @Override
    public String toString() {
        return name;
    }
}
