package io.waybill.cli.up;

import io.waybill.cli.supervise.Tree;
import io.waybill.contracts.CredentialReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

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
 * @param graph Microsoft Graph's emulator to run beside, likewise; what runs asks it in place of Microsoft
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
        Optional<GraphEmulator> graph,
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

    /** Microsoft Graph's emulator with its token endpoint, one app and one user. */
    public record GraphEmulator(
            int graphPort,
            int tokenPort,
            String tenantId,
            String clientId,
            String clientSecret,
            String userId,
            String address) {
        /** With ids as Microsoft makes them. */
        public static GraphEmulator of(int graphPort, int tokenPort, String address, String clientSecret) {
            return new GraphEmulator(graphPort, tokenPort, guid(), guid(), clientSecret, guid(), address);
        }

        private static String guid() {
            return UUID.randomUUID().toString();
        }

        /** Where it is. */
        public URI url() {
            return URI.create(Layout.url(graphPort) + "/");
        }

        /** What the apps are told, so that they ask it. */
        Map<String, String> settings() {
            return Map.of(
                    "WAYBILL_GRAPH_URL", url() + "v1.0/",
                    "WAYBILL_OAUTH_MICROSOFT_URL", Layout.url(tokenPort) + "/");
        }

        @Override
        public String toString() {
            return "GraphEmulator[graphPort=" + graphPort + ", tokenPort=" + tokenPort + ", clientId=" + clientId + "]";
        }
    }

    boolean needsSandbox() {
        return kafka.isEmpty() || database.isEmpty() || mail.isPresent() || graph.isPresent();
    }
}
