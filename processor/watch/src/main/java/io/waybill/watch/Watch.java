package io.waybill.watch;

import io.micronaut.context.env.PropertySource;
import io.micronaut.runtime.Micronaut;
import io.waybill.contracts.ClockWatch;
import io.waybill.contracts.KafkaClientFile;
import java.io.IOException;

/** The application, on port 8084. Starts without a broker, and is ready when it knows which mailboxes are its own. */
public final class Watch {
    private Watch() {}

    public static void main(String[] arguments) throws IOException {
        ClockWatch.start();
        Micronaut.build(arguments)
                .mainClass(Watch.class)
                .banner(false)
                .propertySources(kafkaSettings(System.getenv("WAYBILL_KAFKA_CONFIG")))
                .start();
    }

    /** The client settings in an operator's file (TLS, SASL). */
    static PropertySource kafkaSettings(String file) throws IOException {
        return PropertySource.of("waybill-kafka-config", KafkaClientFile.read(file, "kafka."));
    }
}
