package io.waybill.ingress.microsoft;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.Qualifier;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
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
    static final String DIRECTORY = "84bd8158-6d4d-4958-8b9f-9d6445542f95";

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

    private static Mailbox mailbox(String tenant, String name, MailboxSource source) {
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
                source,
                false);
    }

    /** What the subscription of the mailbox has. */
    static String clientState(Mailbox mailbox) {
        return clientState(INSTALL_KEY, mailbox);
    }

    static String clientState(String installKey, Mailbox mailbox) {
        return new InstallKey(Secret.of(installKey)).clientState(mailbox).text();
    }

    static void write(Path secrets, String name, String value) {
        try {
            Files.writeString(secrets.resolve(name), value);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Graph graph() {
        return new Graph(server.getURI());
    }

    int port() {
        return server.getPort();
    }

    /** The value of a counter, as Prometheus reads it. */
    double counted(String counter) {
        String line = "waybill_ingress_" + counter + " ";
        return graph().get("/prometheus")
                .body()
                .lines()
                .filter(metric -> metric.startsWith(line))
                .mapToDouble(metric -> Double.parseDouble(metric.substring(line.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no counter " + counter));
    }

    /** The number of dropped notifications with a reason. */
    double dropped(String reason) {
        return counted("dropped_total{provider=\"microsoft\",reason=\"" + reason + "\"}");
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
