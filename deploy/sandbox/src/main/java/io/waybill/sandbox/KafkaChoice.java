package io.waybill.sandbox;

import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Which Kafka the integration tests run on, and why: a container where there is a Docker engine, the embedded broker where
 * not. {@code -Dwaybill.test.kafka=embedded|container} overrides.
 */
record KafkaChoice(Kind kind, String reason) {
    static final String PROPERTY = "waybill.test.kafka";

    enum Kind {
        EMBEDDED,
        CONTAINER
    }

    /**
     * @param asked the value of {@link #PROPERTY}, or null
     * @param docker asked only when nothing was asked for: looking for an engine takes up to half a second
     */
    static KafkaChoice of(String asked, BooleanSupplier docker) {
        if (asked == null || asked.isBlank()) {
            return docker.getAsBoolean()
                    ? new KafkaChoice(Kind.CONTAINER, "a Docker engine answers")
                    : new KafkaChoice(Kind.EMBEDDED, "no Docker engine here");
        }
        String reason = "-D" + PROPERTY + "=" + asked;
        return switch (asked.strip().toLowerCase(Locale.ROOT)) {
            case "embedded" -> new KafkaChoice(Kind.EMBEDDED, reason);
            case "container" -> new KafkaChoice(Kind.CONTAINER, reason);
            default -> throw new IllegalArgumentException(reason + ": want embedded or container");
        };
    }
}
