package io.waybill.cli;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.KafkaClientFile;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a verb talks to, as a mixin. Each thing is found on its own: by its option, then its WAYBILL_* variable, then run.json of the data
 * folder. What is nowhere is a {@link Problem} that says how to name it.
 */
public final class ConnectionOptions {
    /** All variables that say what a verb talks to. They win over run.json, so a verb that is for one {@code up} alone must not see them. */
    public static final Set<String> VARIABLES = Set.of(
            "WAYBILL_DATA",
            "WAYBILL_SECRETS_DIR",
            "WAYBILL_BOOTSTRAP_SERVERS",
            "WAYBILL_KAFKA_CONFIG",
            "WAYBILL_DATABASE_URL",
            "WAYBILL_DATABASE_USER",
            "WAYBILL_DATABASE_PASSWORD",
            "WAYBILL_PROCESSOR_URL",
            "WAYBILL_INTERNAL_TOKEN");

    private static final Pattern LOGIN = Pattern.compile("jdbc:postgresql://[^/?]*@");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    @Mixin
    private DataFolderOption data;

    @Option(
            names = "--bootstrap-servers",
            order = 51,
            paramLabel = "HOST:PORT,…",
            description = "Kafka. Default: $WAYBILL_BOOTSTRAP_SERVERS, then run.json.")
    private String bootstrapServers;

    @Option(
            names = "--kafka-config",
            order = 52,
            paramLabel = "FILE",
            description = "Properties of Kafka clients (TLS, SASL …). Default: $WAYBILL_KAFKA_CONFIG, then run.json.")
    private Path kafkaConfig;

    @Option(
            names = "--database-url",
            order = 53,
            paramLabel = "JDBC-URL",
            description = {
                "PostgreSQL, without credentials in it. Default: $WAYBILL_DATABASE_URL, then run.json.",
                "Login: $WAYBILL_DATABASE_USER, and $WAYBILL_DATABASE_PASSWORD as a reference (env:WAYBILL_SECRET_… or"
                        + " file:NAME)."
            })
    private String databaseUrl;

    @Option(
            names = "--processor-url",
            order = 54,
            paramLabel = "URL",
            description = {
                "The processor; that of another machine by an SSH tunnel to its port 8085. Default:"
                        + " $WAYBILL_PROCESSOR_URL, then run.json.",
                "Its token: $WAYBILL_INTERNAL_TOKEN, then run.json."
            })
    private URI processorUrl;

    /** PostgreSQL and the login there. */
    public record Database(String url, String user, Optional<Secret> password) {}

    /** The data folder; it need not exist. */
    public Path data() {
        return data.path(surroundings());
    }

    /** What `up` left in the data folder. */
    public Optional<RunFile> runFile() {
        return RunFile.read(data());
    }

    /** Where secrets are looked up: WAYBILL_SECRETS_DIR, then what `up` used, then {@code <data>/secrets}. */
    public Secrets secrets() {
        return new Secrets(surroundings().variables(), secretsDirectory());
    }

    public Path secretsDirectory() {
        return data.secrets(surroundings());
    }

    public String bootstrapServers() {
        return find(bootstrapServers, "WAYBILL_BOOTSTRAP_SERVERS", RunFile::bootstrapServers)
                .orElseThrow(() -> nowhere("Kafka", "--bootstrap-servers", "WAYBILL_BOOTSTRAP_SERVERS"));
    }

    /** Kafka as named by option or variable, whatever run.json says: what `up` asks. */
    public Optional<String> foreignBootstrapServers() {
        return named(bootstrapServers, "WAYBILL_BOOTSTRAP_SERVERS");
    }

    /** A database that runs already, as `up` asks for it: by option and variables, whatever run.json says. */
    public record ForeignDatabase(String url, String user, Optional<CredentialReference> password) {}

    /** The database as named by option or variable. */
    public Optional<ForeignDatabase> foreignDatabase() {
        return named(databaseUrl, "WAYBILL_DATABASE_URL").map(url -> {
            requireJdbc(url);
            return new ForeignDatabase(
                    url,
                    named(null, "WAYBILL_DATABASE_USER").orElse("postgres"),
                    named(null, "WAYBILL_DATABASE_PASSWORD").map(this::reference));
        });
    }

    /** What the file of Kafka client settings holds, by option or variable. */
    public Map<String, Object> foreignKafkaSettings() {
        return foreignKafkaConfig().map(ConnectionOptions::properties).orElse(Map.of());
    }

    /** Throws {@link Problem} where a processor is named: for verbs that start one. */
    public void requireNoProcessor() {
        if (processorUrl != null) {
            throw Problem.usage("this verb starts a processor of its own", "--processor-url", "Leave the option away.");
        }
    }

    /** File of further Kafka client settings, by option or variable. */
    public Optional<Path> foreignKafkaConfig() {
        return named(kafkaConfig == null ? null : kafkaConfig.toString(), "WAYBILL_KAFKA_CONFIG")
                .map(file -> Path.of(file).toAbsolutePath());
    }

    /** Settings for any Kafka client: the bootstrap servers and what the config file holds. */
    public Map<String, Object> kafka() {
        Map<String, Object> settings = new LinkedHashMap<>();
        find(kafkaConfig == null ? null : kafkaConfig.toString(), "WAYBILL_KAFKA_CONFIG", RunFile::kafkaConfig)
                .ifPresent(file -> settings.putAll(properties(Path.of(file))));
        settings.put("bootstrap.servers", bootstrapServers());
        return settings;
    }

    /** The database; its password is resolved now. */
    public Database database() {
        String url = find(databaseUrl, "WAYBILL_DATABASE_URL", RunFile::databaseUrl)
                .orElseThrow(() -> nowhere("The database", "--database-url", "WAYBILL_DATABASE_URL"));
        requireJdbc(url);
        String user = find(null, "WAYBILL_DATABASE_USER", RunFile::databaseUser).orElse("postgres");
        return new Database(url, user, databasePassword().map(this::resolve));
    }

    /** Where the password of the database is, by variable or run.json. */
    public Optional<CredentialReference> databasePassword() {
        return find(null, "WAYBILL_DATABASE_PASSWORD", run -> text(run.databasePassword()))
                .map(this::reference);
    }

    public URI processorUrl() {
        return knownProcessorUrl()
                .orElseThrow(() -> nowhere("The processor", "--processor-url", "WAYBILL_PROCESSOR_URL"));
    }

    /** The processor, where one is named or runs. Throws {@link Problem} for what is no URL. */
    public Optional<URI> knownProcessorUrl() {
        return find(
                        processorUrl == null ? null : processorUrl.toString(),
                        "WAYBILL_PROCESSOR_URL",
                        RunFile::processorUrl)
                .map(ConnectionOptions::http);
    }

    private static URI http(String text) {
        try {
            URI uri = new URI(text);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException malformed) {
            // Told below.
        }
        throw Problem.usage(
                "the address of the processor is no HTTP URL",
                Output.printable(text),
                "Write http://HOST:PORT as --processor-url or WAYBILL_PROCESSOR_URL.");
    }

    /** The handlers folder of the processor that runs here. */
    public Optional<Path> runningHandlers() {
        return runFile().map(RunFile::handlersDirectory).map(Path::of).filter(Files::isDirectory);
    }

    /** The bearer token of the processor's internal endpoints, where one is known. */
    public Optional<String> token() {
        return find(null, "WAYBILL_INTERNAL_TOKEN", RunFile::token);
    }

    /** The environment the command runs in. */
    public Surroundings surroundings() {
        return Waybill.surroundings(verb);
    }

    private Optional<String> find(String option, String variable, Function<RunFile, String> running) {
        return named(option, variable).or(() -> runFile().map(running));
    }

    private Optional<String> named(String option, String variable) {
        return Optional.ofNullable(option).or(() -> surroundings().variable(variable));
    }

    private CredentialReference reference(String text) {
        if (!CredentialReference.isReference(text)) {
            throw Problem.usage(
                    "the database password is written out",
                    "$WAYBILL_DATABASE_PASSWORD",
                    "Name it: env:WAYBILL_SECRET_… or file:NAME in " + secretsDirectory());
        }
        return new CredentialReference(text);
    }

    private static void requireJdbc(String url) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw Problem.usage(
                    "not a JDBC URL of PostgreSQL", "--database-url", "Write jdbc:postgresql://HOST:PORT/NAME");
        }
        // Addresses are shown and handed on; passwords are not. The driver knows no login before the host, but people
        // write one.
        if (url.toLowerCase(Locale.ROOT).contains("password=")
                || LOGIN.matcher(url).lookingAt()) {
            throw Problem.usage(
                    "the URL of the database holds a login",
                    "--database-url",
                    "Leave it away there: set WAYBILL_DATABASE_USER, and WAYBILL_DATABASE_PASSWORD to"
                            + " env:WAYBILL_SECRET_… or file:NAME.");
        }
    }

    private Secret resolve(CredentialReference reference) {
        return secrets()
                .resolve(reference)
                .orElseThrow(() -> Problem.usage(
                        "the secret " + reference + " is not there",
                        secretsDirectory().toString(),
                        "Set the variable or put the file there, with one line holding the password."));
    }

    private Problem nowhere(String what, String option, String variable) {
        return Problem.usage(
                what + " is not known: no " + option + ", no " + variable + ", no " + RunFile.NAME,
                data().toString(),
                "Start `waybill up` first, name its data folder by --data, or pass " + option + ".");
    }

    private static Map<String, Object> properties(Path file) {
        try {
            return Map.copyOf(KafkaClientFile.read(file.toString()));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw Problem.usage(
                    "cannot read the Kafka settings (" + unreadable.getClass().getSimpleName() + ")",
                    file.toString(),
                    "Pass a readable Java properties file by --kafka-config.");
        }
    }

    private static String text(CredentialReference reference) {
        return reference == null ? null : reference.value();
    }
}
