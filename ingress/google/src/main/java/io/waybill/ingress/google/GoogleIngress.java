package io.waybill.ingress.google;

import io.micronaut.runtime.Micronaut;
import io.waybill.contracts.ClockWatch;
import io.waybill.ingress.endpoint.KafkaSettings;
import java.io.IOException;

/** The application: {@code POST /google/push} on port 8082. Starts without a broker, and is ready when one answers. */
public final class GoogleIngress {
    private GoogleIngress() {}

    public static void main(String[] arguments) throws IOException {
        ClockWatch.start();
        Micronaut.build(arguments)
                .mainClass(GoogleIngress.class)
                .banner(false)
                .propertySources(KafkaSettings.ofProcess())
                .start();
    }
}
