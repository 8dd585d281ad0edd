package io.waybill.ingress.imap;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.ingress.endpoint.RunningIngress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The application on a free port, with secrets of its own. */
final class Ingress extends RunningIngress {
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

    static Mailbox mailbox(String tenant, String name, String callbackSecret) {
        ImapAccount account = new ImapAccount(
                "mail.example",
                993,
                ImapAccount.Tls.TLS,
                name,
                new CredentialReference("file:" + name + ".password"),
                List.of("INBOX", "Vorgänge"),
                callbackSecret == null ? null : new CredentialReference(callbackSecret));
        return mailbox(tenant, name, account);
    }

    static Secret derived(Mailbox mailbox) {
        return new InstallKey(Secret.of(INSTALL_KEY)).callbackSecret(mailbox);
    }

    Listener listener() {
        return new Listener(caller());
    }
}
