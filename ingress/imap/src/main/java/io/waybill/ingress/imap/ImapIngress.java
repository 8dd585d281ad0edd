package io.waybill.ingress.imap;

import io.micronaut.runtime.Micronaut;
import io.waybill.contracts.ClockWatch;
import io.waybill.ingress.endpoint.KafkaSettings;
import java.io.IOException;

/** The application: {@code POST /imap/notifications} on port 8083. Starts without a broker, and is ready when one answers. */
public final class ImapIngress {
    private ImapIngress() {}

    public static void main(String[] arguments) throws IOException {
        ClockWatch.start();
        Micronaut.build(arguments)
                .mainClass(ImapIngress.class)
                .banner(false)
                .propertySources(KafkaSettings.ofProcess())
                .start();
    }
}
