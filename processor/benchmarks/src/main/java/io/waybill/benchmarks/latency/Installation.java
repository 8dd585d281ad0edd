package io.waybill.benchmarks.latency;

import io.waybill.benchmarks.AppProcess;
import io.waybill.benchmarks.BrokerProcess;
import io.waybill.benchmarks.MeasuredMailbox;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secret;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.EmbeddedDatabase;
import io.waybill.sandbox.RehearsalHandler;
import io.waybill.sandbox.graph.GraphServer;
import io.waybill.sandbox.oauth.EntraApp;
import io.waybill.sandbox.oauth.TokenServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * All that an installation consists of: broker, database, ingress and processor, each a process of its own. Graph and who gives tokens
 * for it are in this one.
 */
final class Installation implements AutoCloseable {
    static final String DIRECTORY = "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f";
    static final String APP = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
    static final String APP_SECRET = "swordfish";

    private static final String INSTALL_KEY = "an install key of the benchmark, 32 bytes and more";
    private static final int TENANTS = 10;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Plan plan;
    private final Path directory;
    private final InstallKey key = new InstallKey(Secret.of(INSTALL_KEY));
    private final Map<String, List<Mailbox>> mailboxes = new HashMap<>();
    private BrokerProcess broker;
    private EmbeddedDatabase database;
    private TokenServer tokens;
    private GraphServer graph;
    private AppProcess ingress;
    private AppProcess processor;

    private Installation(Plan plan, Path directory) {
        this.plan = plan;
        this.directory = directory;
    }

    /** Starts everything and waits until it is ready. */
    static Installation start(Plan plan, Path directory) throws Exception {
        Installation installation = new Installation(plan, directory);
        try {
            installation.startServers();
            installation.enterMailboxes();
            installation.startApps();
            return installation;
        } catch (Exception failed) {
            installation.close();
            throw failed;
        }
    }

    private void startServers() throws Exception {
        broker = added(BrokerProcess.start(directory.resolve("kafka")));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicAdmin.create(admin, Topics.DEFAULT_PARTITIONS, 1);
        }
        database = added(EmbeddedDatabase.start(directory.resolve("database"), 0));
        tokens = added(TokenServer.start());
        tokens.addApp(DIRECTORY, APP, APP_SECRET);
        graph = added(GraphServer.start(0, this::afterAWhile));
    }

    /** Each call is checked before anything else is done for it, on a thread of its own. */
    private Optional<EntraApp> afterAWhile(String token) {
        try {
            TimeUnit.NANOSECONDS.sleep(plan.provider().toNanos());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return tokens.appOf(token, GraphServer.SCOPE);
    }

    private void enterMailboxes() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String handler : plan.handlers()) {
                List<Mailbox> entered = new ArrayList<>();
                for (int i = 0; i < plan.mailboxes(); i++) {
                    Mailbox mailbox = mailbox("tenant" + i % TENANTS, handler + i, handler);
                    graph.addUser(user(mailbox), mailbox.address());
                    producer.send(new ProducerRecord<>(
                                    Topics.MAILBOXES.name(),
                                    mailbox.key().bytes(),
                                    KafkaMailboxDirectory.encode(mailbox)))
                            .get();
                    entered.add(mailbox);
                }
                mailboxes.put(handler, entered);
            }
        }
    }

    private static Mailbox mailbox(String tenant, String name, String handler) {
        return MeasuredMailbox.of(
                tenant,
                name,
                handler,
                MailboxLimits.DEFAULTS,
                address -> new MicrosoftAccount(
                        DIRECTORY,
                        APP,
                        new MicrosoftAccount.ClientSecret(new CredentialReference("file:graph")),
                        UUID.nameUUIDFromBytes(address.getBytes(StandardCharsets.UTF_8))
                                .toString(),
                        null,
                        null));
    }

    private void startApps() throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("install.key"), INSTALL_KEY);
        Files.writeString(secrets.resolve("graph"), APP_SECRET);
        Files.writeString(secrets.resolve("database"), database.password());
        Path handlers = Files.createDirectory(directory.resolve("handlers"));
        Path sandbox = Path.of(RehearsalHandler.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Files.copy(sandbox, handlers.resolve("rehearsal.jar"));
        Map<String, String> common =
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(), "WAYBILL_SECRETS_DIR", secrets.toString());
        ingress = added(AppProcess.start(
                options("-Xmx96m"),
                AppProcess.packaged("ingress/microsoft", "waybill-ingress-microsoft"),
                "io.waybill.ingress.microsoft.MicrosoftIngress",
                common,
                directory.resolve("ingress.log")));
        Map<String, String> told = new HashMap<>(common);
        told.putAll(Map.of(
                "WAYBILL_STATE_DIR", directory.resolve("state").toString(),
                "WAYBILL_HANDLERS_DIR", handlers.toString(),
                "WAYBILL_GRAPH_URL", graph.url() + "v1.0/",
                "WAYBILL_OAUTH_MICROSOFT_URL", tokens.url().toString(),
                "WAYBILL_HANDLERS_TICKETS_DATABASE_URL", database.jdbcUrl(),
                "WAYBILL_HANDLERS_TICKETS_DATABASE_USER", database.user(),
                "WAYBILL_HANDLERS_TICKETS_DATABASE_PASSWORD", "file:database"));
        processor = added(AppProcess.start(
                options("-Xmx512m"),
                AppProcess.packaged("processor/inbound", "waybill-inbound"),
                "io.waybill.inbound.Inbound",
                told,
                directory.resolve("processor.log")));
    }

    private List<String> options(String heap) {
        List<String> options = new ArrayList<>(plan.jvm().options());
        options.add(heap);
        return options;
    }

    private <T extends AutoCloseable> T added(T part) {
        parts.push(part);
        return part;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Those whose mails that handler has. */
    List<Mailbox> mailboxes(String handler) {
        return mailboxes.get(handler);
    }

    GraphServer graph() {
        return graph;
    }

    TokenServer tokens() {
        return tokens;
    }

    int ingressPort() {
        return ingress.port();
    }

    /** What ingress and processor have used of the processors. */
    Duration cpu() {
        return ingress.cpu().plus(processor.cpu());
    }

    /** What proves that a notification is of the mailbox's subscription. */
    byte[] clientState(Mailbox mailbox) {
        return key.clientState(mailbox).bytes();
    }

    static String user(Mailbox mailbox) {
        return ((MicrosoftAccount) mailbox.source()).userId();
    }

    /** The last that was started first; what fails does not keep the others from it. */
    @Override
    public void close() throws Exception {
        Exception failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception failed) {
                failure = failed;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
