package io.waybill.cli.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.waybill.cli.mailboxes.MailboxEntry;
import io.waybill.cli.mailboxes.MailboxesFile;
import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Program;
import io.waybill.cli.up.SecretsFolder;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphSandboxTest {
    @TempDir
    Path folder;

    @Test
    void mailboxes_areThoseOfTheUsers_asAnybodyWouldDescribeThem() throws IOException {
        GraphSandbox graph = sandbox("Support@Contoso.example", "support@globex.example", "1@contoso.example");
        MailboxesDraft draft = new MailboxesDraft(folder.resolve("mailboxes.yml"));
        draft.write(graph.mailboxes());
        // A second time, as in every run.
        draft.write(graph.mailboxes());

        List<MailboxEntry> entries = MailboxesFile.read(draft.file(), Set.of("tickets"), Clock.systemUTC())
                .entriesOrProblem();

        assertEquals(
                List.of("sandbox/support", "sandbox/support2", "sandbox/1"),
                entries.stream().map(entry -> entry.key().toString()).toList());
        assertEquals(
                new MicrosoftAccount(
                        GraphSandbox.TENANT_ID,
                        GraphSandbox.CLIENT_ID,
                        new MicrosoftAccount.ClientSecret(GraphSandbox.CLIENT_SECRET),
                        "support@contoso.example",
                        null,
                        null),
                entries.getFirst().source());
    }

    @Test
    void secret_isMadeOnce_forItsOwnerOnly() throws IOException {
        SecretsFolder secrets = new SecretsFolder(folder.resolve("secrets"));
        String made = GraphSandbox.secret(secrets).text();

        assertEquals(made, GraphSandbox.secret(secrets).text());
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(secrets.path().resolve("sandbox-graph.secret")));
        assertNotEquals(
                made,
                GraphSandbox.secret(new SecretsFolder(folder.resolve("others"))).text());
    }

    @Test
    void program_hasTheSecretInItsEnvironmentAlone() {
        Program program = sandbox("support@contoso.example").program(folder, Secret.of("swordfish"), new Answer());

        assertFalse(String.join(" ", program.arguments()).contains("swordfish"));
        assertEquals("swordfish", program.environment().get("WAYBILL_SANDBOX_GRAPH_SECRET"));
    }

    @Test
    void places_nameTheSecretsFolder_whereItIsNotThatOfTheData() {
        GraphSandbox graph = sandbox("support@contoso.example");
        Map<String, String> usual = Map.of(
                "WAYBILL_GRAPH_URL",
                "http://127.0.0.1:8181/v1.0/",
                "WAYBILL_OAUTH_MICROSOFT_URL",
                "http://127.0.0.1:8182/");

        assertEquals(
                usual,
                SandboxPlaces.of(graph, folder, folder.resolve("secrets")).environment());
        assertEquals(
                "/elsewhere",
                SandboxPlaces.of(graph, folder, Path.of("/elsewhere"))
                        .environment()
                        .get("WAYBILL_SECRETS_DIR"));
    }

    private static GraphSandbox sandbox(String... users) {
        return new GraphSandbox(
                8181, 8182, Stream.of(users).map(SandboxUser::of).toList());
    }
}
