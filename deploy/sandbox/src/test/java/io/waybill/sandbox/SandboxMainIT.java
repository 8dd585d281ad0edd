package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.PushListener;
import io.waybill.sandbox.graph.GraphServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox as the process it is in {@code demo} and {@code up}. */
class SandboxMainIT {
    private static final Path PROGRAMS = PostgresBinaries.ofThisJvm().getParent();
    private static final int STOP_SECONDS = 60;

    @TempDir
    Path data;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        for (Process each : started) {
            List<ProcessHandle> children = each.descendants().toList();
            each.destroyForcibly();
            awaitEnd(children);
        }
    }

    @Test
    void main_stoppedThenKilled_leavesNothingBehindAndItsDataWhole() throws Exception {
        Process stopped = sandbox();
        JsonNode places = answer(stopped);
        createTopic(places);
        execute(places, "CREATE TABLE kept (id int)");
        // SIGTERM, as a supervisor sends it.
        stopped.destroy();
        assertTrue(stopped.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
        assertDatabaseIsGone(places);

        Process killed = sandbox();
        assertEverythingIsThere(answer(killed));
        List<ProcessHandle> children = killed.descendants().toList();
        killed.destroyForcibly();
        awaitEnd(children);

        Process orphaned = sandbox();
        assertEverythingIsThere(answer(orphaned));
        // What it sees when its parent dies.
        orphaned.getOutputStream().close();
        assertTrue(orphaned.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, orphaned.exitValue());
    }

    @Test
    void main_withMail_hasTheMailboxes() throws Exception {
        Process process = sandbox(
                "--no-kafka", "--no-database", "--mail", "--mail-user", "support@example.com:support:MAIL_PASSWORD");

        JsonNode places = answer(process);

        assertTrue(places.get("smtpPort").asInt() > 0 && places.get("imapPort").asInt() > 0, places.toString());
        assertNull(places.get("kafka"));
        assertNull(places.get("databaseUrl"));
    }

    @Test
    void main_withGraph_answersForTheApp() throws Exception {
        Process process = sandbox(
                "--no-kafka",
                "--no-database",
                "--graph-port",
                "0",
                "--graph-app",
                "contoso.example:app-1:MAIL_PASSWORD",
                "--graph-user",
                "u1:support@contoso.example");

        JsonNode places = answer(process);

        assertTrue(places.get("graphUrl").asText().startsWith("http://127.0.0.1:"), places.toString());
        assertTrue(places.get("tokenUrl").asText().startsWith("http://127.0.0.1:"), places.toString());
        String token = post(
                        places.get("tokenUrl").asText() + "contoso.example/oauth2/v2.0/token",
                        "grant_type=client_credentials&client_id=app-1&client_secret=sesame&scope=" + GraphServer.SCOPE)
                .get("access_token")
                .asText();
        String graph = places.get("graphUrl").asText();
        String id = post(graph + "emulator/messages?user=support@contoso.example", "Subject: one\r\n\r\nHello")
                .get("id")
                .asText();
        JsonNode inbox = send(HttpRequest.newBuilder(URI.create(graph + "v1.0/users/support@contoso.example/messages"))
                .header("Authorization", "Bearer " + token)
                .header("Prefer", "IdType=\"ImmutableId\""));
        assertEquals(id, inbox.path("value").path(0).path("id").asText(), inbox.toString());
    }

    @Test
    void main_withBothEmulators_hasOneTokenEndpoint_andPushesWithATokenThatItsKeysProve() throws Exception {
        Path key = data.resolve("key.json");
        try (PushListener listener = new PushListener()) {
            Process process = sandbox(
                    "--no-kafka",
                    "--no-database",
                    "--graph-port",
                    "0",
                    "--gmail-port",
                    "0",
                    "--gmail-key",
                    "mail@acme.iam.gserviceaccount.com:" + key,
                    "--gmail-user",
                    "desk@globex.example",
                    "--gmail-push",
                    "projects/acme/subscriptions/waybill,projects/acme/topics/gmail," + listener.url("/push")
                            + ",https://in.example.com,push@acme.iam.gserviceaccount.com");

            JsonNode places = answer(process);

            JsonNode file = new ObjectMapper().readTree(key.toFile());
            assertEquals(
                    places.get("tokenUrl").asText() + "token",
                    file.get("token_uri").asText());
            assertEquals("acme", file.get("project_id").asText());
            String token = post(
                            file.get("token_uri").asText(),
                            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
                                    + assertion(file, "desk@globex.example"))
                    .get("access_token")
                    .asText();
            String gmail = places.get("gmailUrl").asText();
            JsonNode watch = send(HttpRequest.newBuilder(URI.create(gmail + "gmail/v1/users/me/watch"))
                    .header("Authorization", "Bearer " + token)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"topicName\":\"projects/acme/topics/gmail\"}")));
            assertTrue(watch.has("historyId"), watch.toString());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(STOP_SECONDS))
                    .dontCatchUncaughtExceptions()
                    .until(() -> !listener.pushes().isEmpty());
            PushListener.Push push = listener.pushes().getFirst();
            assertEquals(
                    "projects/acme/subscriptions/waybill",
                    push.json().get("subscription").asText());
            String kid = new ObjectMapper()
                    .readTree(Base64.getUrlDecoder().decode(push.token().split("\\.", -1)[0]))
                    .get("kid")
                    .asText();
            JsonNode keys = send(
                    HttpRequest.newBuilder(URI.create(places.get("gmailKeysUrl").asText())));
            assertTrue(keys.get("keys").findValuesAsText("kid").contains(kid), keys.toString());
        }
    }

    @Test
    void main_onATakenPort_saysSoInOneLineAndExitsWithOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = sandbox("--kafka-port", Integer.toString(taken.getLocalPort()));

            JsonNode complaint = answer(process);

            assertTrue(complaint.get("error").asText().contains(Integer.toString(taken.getLocalPort())));
            assertTrue(complaint.get("wayOut").asText().contains("--kafka-port"));
            assertTrue(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
            assertEquals(1, process.exitValue());
        }
    }

    @Test
    void main_withAWrongArgument_exitsWithTwo() throws Exception {
        Process process = sandbox("--colour");

        assertNotNull(answer(process).get("error"));
        assertTrue(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
        assertEquals(2, process.exitValue());
    }

    /** What a client of Google's makes of the key's file. */
    private static String assertion(JsonNode file, String subject) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        long now = Instant.now().getEpochSecond();
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("iss", file.get("client_email").asText())
                .put("sub", subject)
                .put("scope", GmailServer.SCOPE)
                .put("aud", file.get("token_uri").asText())
                .put("iat", now)
                .put("exp", now + 600);
        String signed = base64.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
        String pem = file.get("private_key").asText().replaceAll("-----[A-Z ]+-----", "");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem))));
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        return signed + "." + base64.encodeToString(signature.sign());
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(STOP_SECONDS))
                .dontCatchUncaughtExceptions()
                .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private Process sandbox(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=sandbox-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                SandboxMain.class.getName(),
                "--data",
                data.toString(),
                "--programs",
                PROGRAMS.toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MAIL_PASSWORD", "sesame");
        builder.redirectError(ProcessBuilder.Redirect.appendTo(new File(data.toFile(), "stderr.log")));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private JsonNode answer(Process process) throws IOException {
        @SuppressWarnings("resource") // closed with the process
        BufferedReader reader = process.inputReader();
        String line =
                Optional.ofNullable(reader.readLine()).orElseThrow(() -> new AssertionError("no answer: " + errors()));
        return new ObjectMapper().readTree(line);
    }

    private static JsonNode post(String address, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(address)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonNode send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return new ObjectMapper()
                    .readTree(client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                            .body());
        }
    }

    private String errors() {
        try {
            return Files.readString(data.resolve("stderr.log"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static void assertEverythingIsThere(JsonNode places) throws Exception {
        assertNull(places.get("error"), places.toString());
        assertTrue(topics(places).contains("kept"));
        execute(places, "INSERT INTO kept VALUES (1)");
    }

    private static void createTopic(JsonNode places) throws Exception {
        try (Admin admin = admin(places)) {
            admin.createTopics(List.of(new NewTopic("kept", Optional.of(1), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static Set<String> topics(JsonNode places) throws Exception {
        try (Admin admin = admin(places)) {
            return admin.listTopics().names().get(30, TimeUnit.SECONDS);
        }
    }

    private static Admin admin(JsonNode places) {
        return Admin.create(Map.of("bootstrap.servers", places.get("kafka").asText()));
    }

    private static void execute(JsonNode places, String statement) throws Exception {
        try (Connection connection = connect(places)) {
            connection.createStatement().execute(statement);
        }
    }

    private static void assertDatabaseIsGone(JsonNode places) {
        boolean answers;
        try (Connection connection = connect(places)) {
            answers = connection.isValid(1);
        } catch (SQLException | IOException gone) {
            answers = false;
        }
        assertFalse(answers);
    }

    private static Connection connect(JsonNode places) throws SQLException, IOException {
        return DriverManager.getConnection(
                places.get("databaseUrl").asText(),
                places.get("databaseUser").asText(),
                Files.readString(Path.of(places.get("databasePasswordFile").asText())));
    }
}
