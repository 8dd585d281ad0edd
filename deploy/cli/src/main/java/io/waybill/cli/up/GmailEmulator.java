package io.waybill.cli.up;

import io.waybill.contracts.PushRegistration;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Gmail's emulator on this machine, with one project of Google Cloud: a service account that acts for all users, a topic, and a
 * subscription that pushes to an ingress of this machine.
 *
 * @param key file of the service account's JSON key; made where it is missing
 * @param users the addresses of those who have a mailbox
 * @param k of the push registration
 * @param ingressPort where it pushes to
 */
public record GmailEmulator(int port, Path key, List<String> users, String k, int ingressPort) {
    /** Where Gmail publishes to. */
    public static final String TOPIC = "projects/waybill-sandbox/topics/gmail";

    private static final String SUBSCRIPTION = "projects/waybill-sandbox/subscriptions/waybill";
    private static final String MAIL_ACCOUNT = "mail@waybill-sandbox.iam.gserviceaccount.com";
    private static final String PUSH_ACCOUNT = "push@waybill-sandbox.iam.gserviceaccount.com";

    public GmailEmulator {
        users = List.copyOf(users);
    }

    /** Where it is. */
    public URI url() {
        return URI.create(Layout.url(port) + "/");
    }

    /** The keys that its pushes' tokens are signed with. */
    public URI keysUrl() {
        return url().resolve("oauth2/v3/certs");
    }

    /** Where it is told what to do. */
    public URI emulatorUrl() {
        return url().resolve("emulator/");
    }

    /** What its pushes are believed by. */
    public PushRegistration registration() {
        return new PushRegistration(k, TOPIC, SUBSCRIPTION, Layout.url(ingressPort) + "/google/push", PUSH_ACCOUNT);
    }

    void addArguments(List<String> arguments) {
        PushRegistration push = registration();
        arguments.addAll(List.of("--gmail-port", Integer.toString(port)));
        arguments.addAll(List.of("--gmail-key", MAIL_ACCOUNT + ":" + key));
        users.forEach(user -> arguments.addAll(List.of("--gmail-user", user)));
        arguments.addAll(List.of(
                "--gmail-push",
                String.join(
                        ",",
                        push.subscription(),
                        push.topic(),
                        Layout.url(ingressPort) + "/google/push?k=" + k,
                        push.audience(),
                        push.serviceAccount())));
    }

    void addSettings(Map<String, String> settings, String tokenUrl) {
        settings.put("WAYBILL_GMAIL_URL", url() + "gmail/v1/");
        settings.put("WAYBILL_OAUTH_GOOGLE_URL", tokenUrl);
        settings.put("WAYBILL_GOOGLE_JWKS_URL", keysUrl().toString());
    }
}
