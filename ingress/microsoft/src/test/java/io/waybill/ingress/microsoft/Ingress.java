package io.waybill.ingress.microsoft;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secret;
import io.waybill.ingress.endpoint.RunningIngress;
import java.nio.file.Path;
import java.util.Map;

/** The application on a free port, with secrets of its own. */
final class Ingress extends RunningIngress {
    static final String DIRECTORY = "84bd8158-6d4d-4958-8b9f-9d6445542f95";

    private Ingress(Map<String, Object> settings) {
        super(settings);
    }

    /** Without a broker: the directory and the acknowledgements are the test's. */
    static Ingress inMemory(Path secrets, Map<String, Object> settings) {
        return new Ingress(inMemorySettings(secrets, settings));
    }

    static Ingress onKafka(Path secrets, String bootstrapServers) {
        return new Ingress(kafkaSettings(secrets, bootstrapServers));
    }

    static Mailbox mailbox(String tenant, String name) {
        return mailbox(
                tenant,
                name,
                new MicrosoftAccount(
                        DIRECTORY,
                        "507c3b9a-0000-4000-8000-000000000001",
                        new MicrosoftAccount.ClientSecret(new CredentialReference("file:graph.secret")),
                        "622eaaff-0683-4862-9de4-f2ec83c2bd98",
                        null,
                        null));
    }

    static Mailbox imapMailbox(String tenant, String name) {
        return mailbox(
                tenant,
                name,
                new ImapAccount(
                        "mail.example",
                        993,
                        ImapAccount.Tls.TLS,
                        name,
                        new CredentialReference("file:" + name + ".password"),
                        null,
                        null));
    }

    /** What the subscription of the mailbox has. */
    static String clientState(Mailbox mailbox) {
        return clientState(INSTALL_KEY, mailbox);
    }

    static String clientState(String installKey, Mailbox mailbox) {
        return new InstallKey(Secret.of(installKey)).clientState(mailbox).text();
    }

    Graph graph() {
        return new Graph(caller());
    }

    /** The number of dropped notifications with a reason. */
    double dropped(String reason) {
        return counted("dropped_total{provider=\"microsoft\",reason=\"" + reason + "\"}");
    }
}
