package io.waybill.cli.up;

import io.waybill.cli.supervise.Tree;
import io.waybill.contracts.CredentialReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What is to run, and on what.
 *
 * @param tree where the programs are
 * @param data where data goes
 * @param secrets where {@code file:} references point
 * @param ports of what runs here
 * @param kafka a cluster that runs already; empty: an embedded broker
 * @param database a PostgreSQL that runs already; empty: an embedded one
 * @param partitions of the topics, if they are created now
 * @param mail a mail server to run beside, for the demo
 * @param emulators providers' emulators to run beside, likewise; what runs asks them in place of the providers
 * @param handlers folder with the jars of further handlers
 * @param publicUrl where providers reach the ingress; empty where they cannot
 * @param settings environment for all apps
 */
public record Plan(
        Tree tree,
        DataFolder data,
        SecretsFolder secrets,
        Ports ports,
        Optional<Kafka> kafka,
        Optional<Database> database,
        int partitions,
        Optional<MailServer> mail,
        Optional<Emulators> emulators,
        Optional<Path> handlers,
        Optional<PublicUrl> publicUrl,
        Map<String, String> settings) {
    public Plan {
        settings = Map.copyOf(settings);
    }

    /** A cluster and, where it needs more to connect, the file that says it. */
    public record Kafka(String bootstrapServers, Optional<Path> config) {}

    /** A database and its login; an empty password reference means none. */
    public record Database(String url, String user, Optional<CredentialReference> password) {}

    /** The demo's mail server and its only account. */
    public record MailServer(int smtpPort, int imapPort, String user, String password) {
        @Override
        public String toString() {
            return "MailServer[smtpPort=" + smtpPort + ", imapPort=" + imapPort + ", user=" + user + "]";
        }
    }

    boolean needsSandbox() {
        return kafka.isEmpty() || database.isEmpty() || mail.isPresent() || emulators.isPresent();
    }
}
