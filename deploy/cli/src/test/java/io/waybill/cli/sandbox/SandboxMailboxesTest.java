package io.waybill.cli.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.mailboxes.MailboxesFile;
import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Program;
import io.waybill.cli.up.Emulators;
import io.waybill.cli.up.SecretsFolder;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxMailboxesTest {
    @TempDir
    Path folder;

    @Test
    void mailboxes_areThoseOfTheUsers_asAnybodyWouldDescribeThem() throws IOException {
        GraphSandbox graph =
                new GraphSandbox(8181, users("Support@Contoso.example", "support@globex.example", "1@contoso.example"));
        GmailSandbox gmail = new GmailSandbox(8183, 8082, users("Support@initech.example", "desk@globex.example"));
        PushRegistration push = gmail.emulator(new SecretsFolder(folder)).registration();
        String yaml = SandboxMailboxes.yaml(graph, gmail, push);
        MailboxesDraft draft = new MailboxesDraft(folder.resolve("mailboxes.yml"));
        draft.write(yaml);
        // A second time, as in every run.
        draft.write(yaml);

        MailboxesFile file = MailboxesFile.read(draft.file(), Set.of("tickets"), Clock.systemUTC())
                .rightOrProblem();

        assertEquals(
                List.of("sandbox/support", "sandbox/support2", "sandbox/1", "sandbox/support3", "sandbox/desk"),
                file.entries().stream().map(entry -> entry.key().toString()).toList());
        assertEquals(
                new MicrosoftAccount(
                        GraphSandbox.TENANT_ID,
                        GraphSandbox.CLIENT_ID,
                        new MicrosoftAccount.ClientSecret(GraphSandbox.CLIENT_SECRET),
                        "support@contoso.example",
                        null,
                        null),
                file.entries().getFirst().source());
        assertEquals(
                new GoogleAccount(GmailSandbox.CREDENTIALS, "desk@globex.example", push.topic()),
                file.entries().getLast().source());
        assertEquals(List.of(push), file.pushRegistrations());
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
        Program program = emulators(folder).program(folder, new Answer());

        assertFalse(String.join(" ", program.arguments()).contains("swordfish"));
        assertEquals("swordfish", program.environment().get("WAYBILL_SANDBOX_GRAPH_SECRET"));
        assertTrue(
                program.arguments()
                        .contains(
                                "mail@waybill-sandbox.iam.gserviceaccount.com:" + folder.resolve("sandbox-gmail.json")),
                program.arguments().toString());
    }

    @Test
    void places_nameTheSecretsFolder_whereItIsNotThatOfTheData() {
        Map<String, String> usual = Map.of(
                "WAYBILL_GRAPH_URL", "http://127.0.0.1:8181/v1.0/",
                "WAYBILL_OAUTH_MICROSOFT_URL", "http://127.0.0.1:8182/",
                "WAYBILL_GMAIL_URL", "http://127.0.0.1:8183/gmail/v1/",
                "WAYBILL_OAUTH_GOOGLE_URL", "http://127.0.0.1:8182/",
                "WAYBILL_GOOGLE_JWKS_URL", "http://127.0.0.1:8183/oauth2/v3/certs");

        assertEquals(usual, places(folder.resolve("secrets")).environment());
        assertEquals("/elsewhere", places(Path.of("/elsewhere")).environment().get("WAYBILL_SECRETS_DIR"));
    }

    private SandboxPlaces places(Path secrets) {
        GraphSandbox graph = new GraphSandbox(8181, users("support@contoso.example"));
        return SandboxPlaces.of(emulators(secrets), graph, folder, secrets, "");
    }

    private static Emulators emulators(Path secrets) {
        GraphSandbox graph = new GraphSandbox(8181, users("support@contoso.example"));
        GmailSandbox gmail = new GmailSandbox(8183, 8082, users("desk@globex.example"));
        return new Emulators(
                8182,
                Optional.of(graph.emulator(Secret.of("swordfish"))),
                Optional.of(gmail.emulator(new SecretsFolder(secrets))));
    }

    private static List<SandboxUser> users(String... addresses) {
        return Stream.of(addresses)
                .map(address -> SandboxUser.of(address, "--user"))
                .toList();
    }
}
