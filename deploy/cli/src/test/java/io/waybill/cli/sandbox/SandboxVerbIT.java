package io.waybill.cli.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.mailboxes.MailboxEntry;
import io.waybill.cli.mailboxes.MailboxesFile;
import io.waybill.cli.up.PortClaim;
import io.waybill.cli.up.Ports;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secrets;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.gmail.GmailEndpoints;
import io.waybill.sources.gmail.GmailMailSource;
import io.waybill.sources.gmail.GmailQuota;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb as users run it. The jars are built by the time this runs. */
class SandboxVerbIT {
    private static final Path SCRIPT =
            Path.of("../../deploy/waybill").toAbsolutePath().normalize();
    private static final int STOP_SECONDS = 60;

    private final List<Integer> ports = Ports.free(3);
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private Path data;
    private Process sandbox;

    @BeforeEach
    void start() throws IOException {
        data = folder.resolve("my data");
        ProcessBuilder builder = new ProcessBuilder(
                SCRIPT.toString(),
                "sandbox",
                "--json",
                "--data",
                data.toString(),
                "--graph-port",
                ports.get(0).toString(),
                "--token-port",
                ports.get(1).toString(),
                "--gmail-port",
                ports.get(2).toString(),
                "--user",
                "support@contoso.example",
                "--gmail-user",
                "desk@globex.example",
                "--write-mailboxes",
                folder.resolve("mailboxes.yml").toString());
        builder.environment().put("WAYBILL_NO_BUILD", "1");
        builder.environment().keySet().removeAll(List.of("WAYBILL_SECRETS_DIR", "WAYBILL_DATA"));
        builder.redirectError(folder.resolve("stderr").toFile());
        sandbox = builder.start();
    }

    @AfterEach
    void stop() {
        // Its child sees that it is gone.
        sandbox.destroyForcibly();
        client.close();
    }

    @Test
    void mailThatIsDelivered_isReadByWhoeverHasTheSecret_untilItStops() throws Exception {
        String line = Optional.ofNullable(sandbox.inputReader().readLine())
                .orElseThrow(() -> new AssertionError("no answer: " + errors()));
        JsonNode places = new ObjectMapper().readTree(line);
        String secret =
                Files.readString(data.resolve("secrets/sandbox-graph.secret")).strip();
        assertEquals(places.get("mailboxes").asText(), Files.readString(folder.resolve("mailboxes.yml")));

        String delivered = post(
                        places.get("emulatorUrl").asText() + "messages?user=support@contoso.example",
                        "Subject: one\r\n\r\nHello")
                .get("id")
                .asText();
        String token = post(
                        places.get("tokenUrl").asText() + places.get("tenantId").asText() + "/oauth2/v2.0/token",
                        "grant_type=client_credentials&scope=https://graph.microsoft.com/.default&client_id="
                                + places.get("clientId").asText() + "&client_secret=" + secret)
                .get("access_token")
                .asText();
        String user = places.get("users").get(0).get("id").asText();
        JsonNode inbox = send(HttpRequest.newBuilder(
                        URI.create(places.get("graphUrl").asText() + "users/" + user + "/mailFolders/inbox/messages"))
                .header("Authorization", "Bearer " + token)
                .header("Prefer", "IdType=\"ImmutableId\""));
        assertEquals(delivered, inbox.path("value").path(0).path("id").asText(), inbox.toString());

        Path key = data.resolve("secrets/sandbox-gmail.json");
        assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(key));
        String desk = places.get("gmailEmulatorUrl").asText() + "messages?user=desk@globex.example";
        String mail = post(desk, "Subject: two\r\n\r\nHello").get("id").asText();
        assertInstanceOf(FetchResult.Fetched.class, fetch(desk(), mail, places)).discard();

        // SIGTERM, as a service manager sends it; Ctrl-C ends it the same way.
        sandbox.toHandle().destroy();
        assertTrue(sandbox.waitFor(STOP_SECONDS, TimeUnit.SECONDS), "still running");
        assertEquals("", sandbox.inputReader().lines().reduce("", String::concat));
        PortClaim.requireFree(List.of(
                new PortClaim("the next", ports.get(0), "--graph-port"),
                new PortClaim("the next", ports.get(1), "--token-port"),
                new PortClaim("the next", ports.get(2), "--gmail-port")));
        List<String> said = new ArrayList<>(List.of(line, errors()));
        said.add(Files.readString(data.resolve("logs/emulator.log")));
        assertFalse(said.toString().contains(secret), said.toString());
        assertTrue(errors().endsWith("Stopped.\n"), errors());
    }

    /** The user of Gmail as the written mailboxes describe it. */
    private Mailbox desk() {
        MailboxEntry entry = MailboxesFile.read(folder.resolve("mailboxes.yml"), Set.of("tickets"), Clock.systemUTC())
                .rightOrProblem()
                .entries()
                .getLast();
        return new Mailbox(
                entry.key().tenant(),
                entry.key().mailbox(),
                entry.address(),
                "incarnation",
                List.of(),
                "k",
                Instant.EPOCH,
                entry.handlers(),
                entry.limits(),
                entry.source(),
                false);
    }

    /** As the processor does it, with the environment that it is told. */
    private FetchResult fetch(Mailbox mailbox, String id, JsonNode places) {
        JsonNode environment = places.get("environment");
        TokenEndpoints tokens = TokenEndpoints.of(
                Optional.empty(),
                Optional.of(
                        URI.create(environment.get("WAYBILL_OAUTH_GOOGLE_URL").asText())));
        Secrets secrets = new Secrets(Map.of(), data.resolve("secrets"));
        try (GmailMailSource source = new GmailMailSource(
                new GmailEndpoints(Optional.of(
                        URI.create(environment.get("WAYBILL_GMAIL_URL").asText()))),
                GmailQuota.DEFAULTS,
                new AccessTokens(secrets, tokens, Clock.systemUTC()),
                new ByteBudget(1 << 20, 1 << 20),
                folder.resolve("spool"),
                Clock.systemUTC())) {
            return source.fetch(mailbox, new GooglePointer(id), Duration.ofSeconds(30));
        }
    }

    private JsonNode post(String address, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) throws Exception {
        return new ObjectMapper()
                .readTree(client.send(request.build(), BodyHandlers.ofString()).body());
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("stderr"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
