package io.waybill.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code run.json}: what an {@code up} or {@code demo} that runs (or ran last) in a data folder can be reached at. Readable by its owner
 * only, as it holds the token of the internal endpoints.
 *
 * @param pid the process that wrote it
 * @param startedAt when
 * @param bootstrapServers Kafka
 * @param kafkaConfig file of further client settings; may be null
 * @param databaseUrl JDBC URL, without credentials
 * @param databaseUser the login
 * @param databasePassword where its password is; null: none
 * @param processorUrl base URL
 * @param watchUrl base URL; null where none runs here
 * @param ingressImapUrl base URL; null where none runs here
 * @param ingressMicrosoftUrl base URL; null where none runs here
 * @param ingressGoogleUrl base URL; null where none runs here
 * @param publicUrl where providers reach the ingress; null where they cannot
 * @param token bearer of {@code /internal}
 * @param secretsDirectory where {@code file:} references are looked up
 * @param handlersDirectory where the jars of further handlers are; null: there are none
 * @param mail the mail server of the demo; otherwise null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunFile(
        long pid,
        Instant startedAt,
        String bootstrapServers,
        String kafkaConfig,
        String databaseUrl,
        String databaseUser,
        CredentialReference databasePassword,
        String processorUrl,
        String watchUrl,
        String ingressImapUrl,
        String ingressMicrosoftUrl,
        String ingressGoogleUrl,
        String publicUrl,
        String token,
        String secretsDirectory,
        String handlersDirectory,
        Mail mail) {
    /** Its name in the data folder. */
    public static final String NAME = "run.json";

    private static final ObjectMapper MAPPER = Json.mapper(4, 4096);

    /** The demo's mail server, on loopback. */
    public record Mail(int smtpPort, int imapPort, String user, String password) {
        @Override
        public String toString() {
            return "Mail[smtpPort=" + smtpPort + ", imapPort=" + imapPort + ", user=" + user + "]";
        }
    }

    /** Reads the file of a data folder; empty where there is none. Throws {@link Problem} for one that is not readable. */
    public static Optional<RunFile> read(Path data) {
        Path file = data.resolve(NAME);
        try {
            return Optional.of(MAPPER.readValue(Files.readAllBytes(file), RunFile.class));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (JsonProcessingException broken) {
            throw Problem.usage(
                    "not a run.json of this version",
                    file.toString(),
                    "Start `waybill up` with this data folder again, which writes it anew, or name the servers by"
                            + " options.");
        } catch (IOException unreadable) {
            throw Problem.usage(
                    "cannot read run.json (" + unreadable.getClass().getSimpleName() + ")",
                    file.toString(),
                    "Run as the user who started `waybill up`, or name another data folder by --data.");
        }
    }

    /** Writes the file whole or not at all, readable by its owner only. */
    public void write(Path data) throws IOException {
        PrivateFile.write(
                data.resolve(NAME), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /** The same with a password for the database. */
    public RunFile withDatabasePassword(CredentialReference reference) {
        return new RunFile(
                pid,
                startedAt,
                bootstrapServers,
                kafkaConfig,
                databaseUrl,
                databaseUser,
                reference,
                processorUrl,
                watchUrl,
                ingressImapUrl,
                ingressMicrosoftUrl,
                ingressGoogleUrl,
                publicUrl,
                token,
                secretsDirectory,
                handlersDirectory,
                mail);
    }

    /** The same with an ingress for IMAP. */
    public RunFile withIngressImap(String url) {
        return withIngress(url, ingressMicrosoftUrl, ingressGoogleUrl);
    }

    /** The same with an ingress for Microsoft 365. */
    public RunFile withIngressMicrosoft(String url) {
        return withIngress(ingressImapUrl, url, ingressGoogleUrl);
    }

    /** The same with an ingress for Google Workspace. */
    public RunFile withIngressGoogle(String url) {
        return withIngress(ingressImapUrl, ingressMicrosoftUrl, url);
    }

    private RunFile withIngress(String imapUrl, String microsoftUrl, String googleUrl) {
        return new RunFile(
                pid,
                startedAt,
                bootstrapServers,
                kafkaConfig,
                databaseUrl,
                databaseUser,
                databasePassword,
                processorUrl,
                watchUrl,
                imapUrl,
                microsoftUrl,
                googleUrl,
                publicUrl,
                token,
                secretsDirectory,
                handlersDirectory,
                mail);
    }

    /** The token stays out. */
    @Override
    public String toString() {
        return "RunFile[pid=" + pid + ", bootstrapServers=" + bootstrapServers + ", processorUrl=" + processorUrl + "]";
    }
}
