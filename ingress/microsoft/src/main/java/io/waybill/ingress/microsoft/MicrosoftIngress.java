package io.waybill.ingress.microsoft;

import io.micronaut.runtime.Micronaut;
import io.waybill.contracts.ClockWatch;
import io.waybill.ingress.endpoint.KafkaSettings;
import java.io.IOException;

/**
 * The application: {@code POST /microsoft/notifications} and {@code POST /microsoft/lifecycle} on port 8081. Starts without a broker,
 * and is ready when one answers.
 */
public final class MicrosoftIngress {
    private MicrosoftIngress() {}

    public static void main(String[] arguments) throws IOException {
        ClockWatch.start();
        Micronaut.build(arguments)
                .mainClass(MicrosoftIngress.class)
                .banner(false)
                .propertySources(KafkaSettings.ofProcess())
                .start();
    }
}
