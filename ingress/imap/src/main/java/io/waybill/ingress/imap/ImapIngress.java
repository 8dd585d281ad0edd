package io.waybill.ingress.imap;

import io.micronaut.context.env.PropertySource;
import io.micronaut.runtime.Micronaut;
import io.waybill.contracts.KafkaClientFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The application: {@code POST /imap/notifications} on port 8083. Starts without a broker, and is ready when one answers. */
public final class ImapIngress {
    private ImapIngress() {}

    public static void main(String[] arguments) throws IOException {
        Micronaut.build(arguments)
                .mainClass(ImapIngress.class)
                .banner(false)
                .propertySources(kafkaSettings(System.getenv("WAYBILL_KAFKA_CONFIG")))
                .start();
    }

    /** The client settings in an operator's file (TLS, SASL), for the producer and for the readers of tables. */
    static PropertySource kafkaSettings(String file) throws IOException {
        Map<String, Object> named = new HashMap<>();
        KafkaClientFile.read(file).forEach((name, value) -> named.put("kafka." + name, value));
        return PropertySource.of("waybill-kafka-config", named);
    }
}
