package io.waybill.ingress.google;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PushRegistration;
import io.waybill.ingress.endpoint.RunningIngress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The application on a free port, with a Google of its own. */
final class Ingress extends RunningIngress {
    /** The registration of most tests, and what its mailboxes publish to. */
    static final PushRegistration REGISTRATION = registration("k-one", "one");

    private Ingress(Map<String, Object> settings) {
        super(settings);
    }

    /** Without a broker: the directory, the acknowledgements and the time are the test's. */
    static Ingress inMemory(Path secrets, Google google, Map<String, Object> settings) {
        Google.warmUp();
        return new Ingress(inMemorySettings(secrets, with(google, settings)));
    }

    static Ingress onKafka(Path secrets, Google google, String bootstrapServers) {
        return new Ingress(with(google, kafkaSettings(secrets, bootstrapServers)));
    }

    private static Map<String, Object> with(Google google, Map<String, Object> settings) {
        Map<String, Object> all =
                new HashMap<>(Map.of("waybill.google.jwks-url", google.keys().toString()));
        all.putAll(settings);
        return all;
    }

    static PushRegistration registration(String k, String name) {
        return new PushRegistration(
                k,
                "projects/example/topics/" + name,
                "projects/example/subscriptions/" + name,
                "https://in.example.com/google/push?k=" + k,
                "push-" + name + "@example.iam.gserviceaccount.com");
    }

    /** A mailbox whose changes come through {@link #REGISTRATION}. */
    static Mailbox mailbox(String tenant, String name) {
        return mailbox(tenant, name, name + "@" + tenant + ".example", REGISTRATION.topic());
    }

    static Mailbox mailbox(String tenant, String name, String subject, String topic) {
        return mailbox(
                tenant, name, new GoogleAccount(new CredentialReference("file:service-account.json"), subject, topic));
    }

    Pubsub pubsub() {
        return new Pubsub(caller());
    }

    /** The number of pushes that were dropped, by reason. */
    double dropped(String reason) {
        return counted("dropped_total{provider=\"google\",reason=\"" + reason + "\"}");
    }

    /** The number of requests that were rejected, by reason. */
    double rejected(String reason) {
        return counted("rejected_total{provider=\"google\",reason=\"" + reason + "\"}");
    }
}
