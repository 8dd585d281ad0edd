package io.waybill.ingress.endpoint;

import io.micronaut.context.env.PropertySource;
import io.waybill.contracts.KafkaClientFile;
import java.io.IOException;

/** The client settings in an operator's file (TLS, SASL), for the producer and for the readers of tables. */
public final class KafkaSettings {
    private KafkaSettings() {}

    /** Of the file that {@code WAYBILL_KAFKA_CONFIG} names. */
    public static PropertySource ofProcess() throws IOException {
        return of(System.getenv("WAYBILL_KAFKA_CONFIG"));
    }

    static PropertySource of(String file) throws IOException {
        return PropertySource.of("waybill-kafka-config", KafkaClientFile.read(file, "kafka."));
    }
}
