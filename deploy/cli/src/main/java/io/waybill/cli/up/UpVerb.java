package io.waybill.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.RunFile;
import io.waybill.cli.handlers.HandlerNames;
import io.waybill.cli.handlers.HandlersOption;
import io.waybill.cli.jobs.InternalEndpoint;
import io.waybill.cli.supervise.Tree;
import io.waybill.cli.topics.Partitions;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Provider;
import io.waybill.contracts.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code waybill up}. */
@Command(
        name = "up",
        description = {
            "Run Waybill on this machine, in the foreground: broker, database and apps, unless you name your own.",
            "Data is kept between runs. Ctrl-C stops it cleanly."
        })
public final class UpVerb implements Callable<Integer> {
    private static final Duration DIRECTORY_WITHIN = Duration.ofSeconds(20);
    private static final long MEBIBYTE = 1024 * 1024;
    private static final String PUBLIC_URL = "WAYBILL_PUBLIC_URL";
    private static final String LISTING = "WAYBILL_WATCH_LISTING";

    @Mixin
    private Output output;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private HandlersOption handlers;

    @Option(
            names = "--mailboxes",
            paramLabel = "FILE",
            description = "Apply this mailboxes.yml first. Mailboxes that it does not name stay as they are.")
    private Path mailboxes;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of the topics, when they are created. Default: ${DEFAULT-VALUE}.")
    private int partitions = Topics.DEFAULT_PARTITIONS;

    @Option(
            names = "--min-free",
            paramLabel = "MIB",
            description = "Refuse to start with less free space than this. Default: ${DEFAULT-VALUE}.")
    private long minFree = 2048;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = {
                "Where providers reach the ingress of this machine: https. Default: $WAYBILL_PUBLIC_URL.",
                "Without it, mailboxes in Microsoft 365 and Google Workspace are listed often in place of being"
                        + " announced."
            })
    private String publicUrl;

    @Option(names = "--kafka-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int kafkaPort = Ports.KAFKA;

    @Option(names = "--database-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int databasePort = Ports.DATABASE;

    @Option(names = "--ingress-microsoft-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int ingressMicrosoftPort = Ports.INGRESS_MICROSOFT;

    @Option(names = "--ingress-google-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int ingressGooglePort = Ports.INGRESS_GOOGLE;

    @Option(names = "--ingress-imap-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int ingressImapPort = Ports.INGRESS_IMAP;

    @Option(names = "--watch-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int watchPort = Ports.WATCH;

    @Option(names = "--processor-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int processorPort = Ports.PROCESSOR;

    @Override
    public Integer call() throws InterruptedException {
        connection.requireNoProcessor();
        Partitions.require(partitions);
        Tree tree = Tree.ofProcess();
        Optional<Plan.Kafka> kafka = connection
                .foreignBootstrapServers()
                .map(servers -> new Plan.Kafka(servers, connection.foreignKafkaConfig()));
        Optional<Plan.Database> database = connection
                .foreignDatabase()
                .map(given -> new Plan.Database(given.url(), given.user(), given.password()));
        requireSharedDatabase(kafka, database);
        Optional<PublicUrl> called = publicUrl();
        Ports ports = new Ports(
                kafkaPort,
                databasePort,
                ingressMicrosoftPort,
                ingressGooglePort,
                ingressImapPort,
                watchPort,
                processorPort);
        Optional<Path> folder = handlers.namedOrIn(connection.data(), connection.surroundings());
        NavigableSet<String> known = new TreeSet<>(HandlerNames.OURS);
        folder.map(HandlerNames::in).ifPresent(known::addAll);
        Requested requested =
                Requested.read(mailboxes, known, connection.surroundings().clock());

        try (DataFolder data = DataFolder.open(connection.data(), minFree * MEBIBYTE)) {
            ports.requireFree(kafka.isEmpty(), database.isEmpty(), called.isPresent());
            SecretsFolder secrets = new SecretsFolder(connection
                    .surroundings()
                    .variable("WAYBILL_SECRETS_DIR")
                    .map(named -> Path.of(named).toAbsolutePath())
                    .orElse(data.path().resolve("secrets")));
            Plan plan = new Plan(
                    tree,
                    data,
                    secrets,
                    ports,
                    kafka,
                    database,
                    partitions,
                    Optional.empty(),
                    Optional.empty(),
                    folder,
                    called,
                    Map.of());
            Map<String, Object> clients = new LinkedHashMap<>(connection.foreignKafkaSettings());
            clients.put(
                    "bootstrap.servers", kafka.map(Plan.Kafka::bootstrapServers).orElse(Ports.HOST + ":" + kafkaPort));
            Stack stack = new Stack(
                    plan,
                    clients,
                    output::progress,
                    connection.surroundings().clock().instant());
            try (AtExit stop = new AtExit(() -> stop(stack))) {
                run(stack, plan, requested, known);
            }
        }
        return 0;
    }

    /** Returns only by an exception: until the user interrupts, there is mail to wait for. */
    private void run(Stack stack, Plan plan, Requested requested, Set<String> known) throws InterruptedException {
        output.progress("Starting Waybill; data in " + plan.data().path());
        plan.handlers()
                .ifPresent(folder -> output.progress(String.format(
                        "%-12s %s; those of your own from %s", "handlers", String.join(", ", known), folder)));
        stack.startSandbox();
        stack.createTopics();
        try (KafkaMailboxDirectory directory = new KafkaMailboxDirectory(stack.kafka())) {
            if (!directory.awaitComplete(DIRECTORY_WITHIN)) {
                throw Problem.incomplete(
                        "the mailboxes could not be read within " + DIRECTORY_WITHIN.toSeconds() + " s",
                        stack.run().bootstrapServers(),
                        "Is the cluster healthy? Try again.");
            }
            requireSharedKey(plan, directory);
            plan.secrets().createInstallKey();
            requested.apply(stack, output);
            Set<Provider> providers = providers(directory);
            // Those that were applied just now the directory may not have read yet.
            providers.addAll(requested.providers());
            stack.startApps(providers);
            try (OutcomeFeed outcomes = OutcomeFeed.fromNow(stack.kafka(), this::tell)) {
                tellWhatIsAwaited(directory, known);
                try (ListenerFeed listeners = ListenerFeed.start(() -> listeners(stack.run()), output::progress);
                        IngressFeed ingress = IngressFeed.start(
                                () -> providers(directory),
                                provider -> arrived(provider, stack, plan),
                                this::tellOfFailure)) {
                    new CountDownLatch(1).await();
                }
            }
        }
    }

    /** On one more machine a database of its own would not know what the others filed: a mail could become two tickets. */
    private static void requireSharedDatabase(Optional<Plan.Kafka> kafka, Optional<Plan.Database> database) {
        if (kafka.isPresent() && database.isEmpty()) {
            throw Problem.usage(
                    "a shared Kafka cluster needs a shared database",
                    "--bootstrap-servers",
                    "Name the PostgreSQL that all machines use: --database-url jdbc:postgresql://HOST:PORT/NAME");
        }
    }

    /** On one more machine a key of its own would make callbacks that the other machines refuse. */
    private static void requireSharedKey(Plan plan, KafkaMailboxDirectory directory) {
        if (plan.kafka().isPresent()
                && !plan.secrets().hasInstallKey()
                && !directory.all().isEmpty()) {
            throw Problem.usage(
                    "this cluster has mailboxes already, but the installation's key is not here",
                    plan.secrets().path().resolve("install.key").toString(),
                    "Copy install.key and the other files of the secrets folder from a machine that runs Waybill.");
        }
    }

    private Optional<PublicUrl> publicUrl() {
        return Optional.ofNullable(publicUrl)
                .map(given -> PublicUrl.of(given, "--public-url"))
                .or(() -> connection
                        .surroundings()
                        .variable(PUBLIC_URL)
                        .map(given -> PublicUrl.of(given, "$" + PUBLIC_URL)));
    }

    private static Set<Provider> providers(KafkaMailboxDirectory directory) {
        return Called.by(directory.all().stream().map(Mailbox::source));
    }

    private void arrived(Provider provider, Stack stack, Plan plan) throws InterruptedException {
        stack.startIngress(provider);
        if (plan.publicUrl().isEmpty()) {
            unreached(provider).ifPresent(output::progress);
        }
    }

    /** What happens to a provider's mailboxes where it has no address to call. */
    private Optional<String> unreached(Provider provider) {
        String every = connection.surroundings().variable(LISTING).orElse("minute");
        return switch (provider) {
            case IMAP -> Optional.empty();
            case MICROSOFT ->
                Optional.of("Mailboxes in Microsoft 365 are listed every " + every
                        + ", since Graph has no address to announce mail at: --public-url URL gives it one.");
            case GOOGLE ->
                Optional.of("Mailboxes in Google Workspace are listed every " + every
                        + ", since Pub/Sub has no address to push to: --public-url URL gives it one.");
        };
    }

    private void tellOfFailure(Problem problem) {
        output.warning(problem.getMessage() + " (" + problem.where() + "); trying again in a minute");
        output.progress("  " + problem.remedy());
    }

    private static Optional<JsonNode> listeners(RunFile run) {
        try {
            return InternalEndpoint.get(URI.create(run.watchUrl()), "/internal/listeners", Optional.of(run.token()));
        } catch (Problem restarting) {
            // That its program ended was told already.
            return Optional.empty();
        }
    }

    private void tell(JobOutcome outcome) {
        output.line(OutcomeLine.of(outcome, ZoneId.systemDefault()));
        output.object(outcome);
    }

    private void tellWhatIsAwaited(KafkaMailboxDirectory directory, Set<String> known) {
        List<Mailbox> all = directory.all().stream()
                .sorted(Comparator.comparing(Mailbox::key))
                .toList();
        if (all.isEmpty()) {
            output.progress(
                    "No mailbox yet. Describe yours as in deploy/samples/mailboxes.yml, then, in another terminal:");
            output.progress("    deploy/waybill mailboxes apply FILE");
        }
        for (Mailbox mailbox : all) {
            output.progress(String.format(
                    "%-28s %s",
                    mailbox.key(),
                    directory.isPaused(mailbox.key()) ? "paused" : "send a mail to " + mailbox.address()));
            mailbox.handlers().stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> output.warning(mailbox.key() + " wants the handler " + name
                            + ", which this machine does not have: mails that come to it here wait. See --handlers."));
        }
        output.progress("Running. Each outcome is a line below; Ctrl-C stops.");
    }

    private void stop(Stack stack) {
        output.progress("Stopping …");
        stack.close();
        output.progress("Stopped.");
    }
}
