package io.waybill.cli.up;

import io.waybill.cli.Problem;
import io.waybill.cli.RunFile;
import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Program;
import io.waybill.cli.supervise.Supervisor;
import io.waybill.cli.topics.KafkaTrouble;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Provider;
import io.waybill.contracts.Topic;
import io.waybill.contracts.TopicAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * The layout as it runs on this machine: {@link #startSandbox}, {@link #createTopics}, then whatever must be there before the apps, then
 * {@link #startApps}. Closing stops the apps before what they stand on.
 */
public final class Stack implements AutoCloseable {
    private static final CredentialReference DATABASE_PASSWORD =
            new CredentialReference("file:embedded-database.password");

    /** How long an admin call may take: a cluster that does not answer by then is named as the cause. */
    private static final int ADMIN_TIMEOUT_MS = 20_000;

    private final Plan plan;
    private final Supervisor supervisor;
    private final Consumer<String> notices;
    private final Map<String, Object> kafka;
    private final Set<Provider> ingress = EnumSet.noneOf(Provider.class);
    private volatile RunFile run;
    private boolean closed;

    /**
     * @param plan what is to run
     * @param kafka settings of Kafka clients
     * @param notices told of each step
     * @param now the time of the start
     */
    public Stack(Plan plan, Map<String, Object> kafka, Consumer<String> notices, Instant now) {
        this.plan = plan;
        this.kafka = Map.copyOf(kafka);
        this.notices = notices;
        this.supervisor = new Supervisor(plan.tree(), plan.data().logs(), notices);
        this.run = new RunFile(
                ProcessHandle.current().pid(),
                now,
                kafka.get("bootstrap.servers").toString(),
                plan.kafka().flatMap(Plan.Kafka::config).map(Path::toString).orElse(null),
                plan.database()
                        .map(Plan.Database::url)
                        .orElse(Sandbox.databaseUrl(plan.ports().database())),
                plan.database().map(Plan.Database::user).orElse(Sandbox.DATABASE_USER),
                plan.database().map(given -> given.password().orElse(null)).orElse(null),
                Layout.url(plan.ports().processor()),
                Layout.url(plan.ports().watch()),
                null,
                null,
                null,
                plan.publicUrl().map(url -> url.address().toString()).orElse(null),
                SecretsFolder.random(),
                plan.secrets().path().toString(),
                plan.handlers().map(Path::toString).orElse(null),
                plan.mail()
                        .map(mail -> new RunFile.Mail(mail.smtpPort(), mail.imapPort(), mail.user(), mail.password()))
                        .orElse(null));
    }

    /** Starts the broker and the database that are not given, and what is to run beside. */
    public void startSandbox() throws InterruptedException {
        if (!plan.needsSandbox()) {
            return;
        }
        Answer answer = new Answer();
        supervisor.start(List.of(Sandbox.program(plan, answer)));
        if (plan.database().isEmpty()) {
            plan.secrets().put(DATABASE_PASSWORD, read(Path.of(answer.text("databasePasswordFile"))));
            run = run.withDatabasePassword(DATABASE_PASSWORD);
        }
    }

    /** Creates the topics that are missing; throws {@link Problem} where the cluster does not answer or is not as it must be. */
    public void createTopics() throws InterruptedException {
        // A cluster has a default of its own; ours is one broker.
        int replication = plan.kafka().isPresent() ? -1 : 1;
        try (Admin admin = admin()) {
            List<Topic> created = TopicAdmin.create(admin, plan.partitions(), replication);
            if (!created.isEmpty()) {
                notices.accept("topics       created " + created.size());
            }
            TopicAdmin.check(admin).stream()
                    .filter(TopicAdmin.Difference::blocking)
                    .findFirst()
                    .ifPresent(difference -> {
                        throw Problem.usage(
                                difference.text(),
                                run.bootstrapServers(),
                                "See `waybill topics check` for all differences.");
                    });
        } catch (KafkaException failure) {
            throw KafkaTrouble.of(failure, kafka);
        }
    }

    /** Starts the apps for mailboxes of these providers side by side, waits until all serve, and writes run.json. */
    public void startApps(Set<Provider> providers) throws InterruptedException {
        Layout layout = new Layout(run, plan);
        supervisor.start(layout.apps(providers));
        tellOfIngress(providers.stream()
                .filter(provider -> layout.ingress(provider).isPresent())
                .toList());
    }

    /**
     * With the apps running: starts the ingress of one more provider and waits until it serves. Does nothing where it runs already, and
     * where nothing could call it.
     */
    public void startIngress(Provider provider) throws InterruptedException {
        Optional<Program> wanted = new Layout(run, plan).ingress(provider);
        if (wanted.isPresent() && !isStarted(provider)) {
            supervisor.start(List.of(wanted.get()));
            tellOfIngress(List.of(provider));
        }
    }

    /** Where things are. */
    public RunFile run() {
        return run;
    }

    /** Settings of Kafka clients. */
    public Map<String, Object> kafka() {
        return kafka;
    }

    /** The process ids of the programs, by the order of their start. */
    public List<Long> pids() {
        return supervisor.pids();
    }

    @Override
    public void close() {
        supervisor.close();
        synchronized (this) {
            // An ingress that became ready in between must not bring the file back.
            closed = true;
            try {
                // The other verbs shall say that nothing runs, not try what is gone.
                Files.deleteIfExists(plan.data().path().resolve(RunFile.NAME));
            } catch (IOException left) {
                // Its process id tells that it is old.
            }
        }
    }

    private synchronized boolean isStarted(Provider provider) {
        return ingress.contains(provider);
    }

    /** Says in run.json where the ingress of each of these providers is. */
    private synchronized void tellOfIngress(List<Provider> providers) {
        ingress.addAll(providers);
        providers.forEach(provider -> run = withIngress(provider));
        if (closed) {
            return;
        }
        try {
            run.write(plan.data().path());
        } catch (IOException cannot) {
            throw Problem.incomplete(
                    "cannot write " + RunFile.NAME + " (" + cannot.getClass().getSimpleName() + ")",
                    plan.data().path().toString(),
                    "Make the folder writable, and see that the disk is not full.");
        }
    }

    private RunFile withIngress(Provider provider) {
        return switch (provider) {
            case IMAP -> run.withIngressImap(Layout.url(plan.ports().ingressImap()));
            case MICROSOFT -> run.withIngressMicrosoft(Layout.url(plan.ports().ingressMicrosoft()));
            case GOOGLE -> run.withIngressGoogle(Layout.url(plan.ports().ingressGoogle()));
        };
    }

    private Admin admin() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("default.api.timeout.ms", ADMIN_TIMEOUT_MS);
        settings.put("request.timeout.ms", ADMIN_TIMEOUT_MS / 2);
        return Admin.create(settings);
    }

    private static String read(Path passwordFile) {
        try {
            return Files.readString(passwordFile).strip();
        } catch (IOException cannot) {
            throw Problem.incomplete(
                    "cannot read the password of the embedded PostgreSQL ("
                            + cannot.getClass().getSimpleName() + ")",
                    passwordFile.toString(),
                    "Run as the user who created the data folder.");
        }
    }
}
