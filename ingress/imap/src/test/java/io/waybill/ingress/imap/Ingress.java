package io.waybill.ingress.imap;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.Qualifier;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.ingress.endpoint.InMemoryWiring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The application on a free port, with secrets of its own. */
final class Ingress implements AutoCloseable {
    static final String INSTALL_KEY = "an install key of the tests, of 32 bytes and more";

    private final EmbeddedServer server;

    private Ingress(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("micronaut.server.port", -1);
        server = ApplicationContext.run(EmbeddedServer.class, all);
    }

    /** Without a broker: the directory and the acknowledgements are the test's. */
    static Ingress inMemory(Path secrets, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(InMemoryWiring.PROPERTY, true);
        // Nobody listens there, and nobody is asked.
        all.put("kafka.bootstrap.servers", "127.0.0.1:1");
        all.put("waybill.secrets.dir", secrets.toString());
        return new Ingress(all);
    }

    static Ingress onKafka(Path secrets, String bootstrapServers) {
        return new Ingress(
                Map.of("kafka.bootstrap.servers", bootstrapServers, "waybill.secrets.dir", secrets.toString()));
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
        return new Mailbox(
                tenant,
                name,
                name + "@" + tenant + ".example",
                "inc-" + tenant + "-" + name,
                null,
                "k-" + tenant + "-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                account,
                false);
    }

    static Secret derived(Mailbox mailbox) {
        return new InstallKey(Secret.of(INSTALL_KEY)).callbackSecret(mailbox);
    }

    static void write(Path secrets, String name, String value) {
        try {
            Files.writeString(secrets.resolve(name), value);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Listener listener() {
        return new Listener(server.getURI());
    }

    int port() {
        return server.getPort();
    }

    <T> T bean(Class<T> type) {
        return server.getApplicationContext().getBean(type);
    }

    <T> T bean(Class<T> type, Qualifier<T> qualifier) {
        return server.getApplicationContext().getBean(type, qualifier);
    }

    @Override
    public void close() {
        server.close();
    }
}
