package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sandbox.gmail.PushSubscription;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxOptionsTest {
    private static final Path DATA = Path.of("/data");

    @Test
    void parse_dataAlone_isABrokerAndADatabaseOnFreePorts() {
        assertEquals(
                new SandboxOptions(
                        DATA,
                        DATA.resolve("postgres"),
                        Optional.of(0),
                        Optional.of(0),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.empty()),
                SandboxOptions.parse("--data", "/data"));
    }

    @Test
    void parse_everything_isTaken() {
        SandboxOptions options = SandboxOptions.parse(
                "--data",
                "/data",
                "--programs",
                "/programs",
                "--kafka-port",
                "9092",
                "--database-port",
                "5432",
                "--mail",
                "--smtp-port",
                "2525",
                "--imap-port",
                "1143",
                "--mail-user",
                "support@example.com:support:SUPPORT_PASSWORD",
                "--graph-port",
                "8085",
                "--token-port",
                "8086",
                "--graph-app",
                "contoso.example:app-1:APP_SECRET",
                "--graph-user",
                "u1:support@contoso.example",
                "--gmail-port",
                "8087",
                "--gmail-key",
                "mail@acme.iam.gserviceaccount.com:/keys/a:b.json",
                "--gmail-user",
                "desk@globex.example",
                "--gmail-push",
                String.join(
                        ",",
                        "projects/acme/subscriptions/waybill",
                        "projects/acme/topics/gmail",
                        "http://127.0.0.1:8082/google/push?k=1",
                        "https://in.example.com",
                        "push@acme.iam.gserviceaccount.com"));

        var user = new SandboxOptions.User("support@example.com", "support", "SUPPORT_PASSWORD");
        var app = new SandboxOptions.App("contoso.example", "app-1", "APP_SECRET");
        var graphUser = new SandboxOptions.GraphUser("u1", "support@contoso.example");
        var key = new SandboxOptions.Key("mail@acme.iam.gserviceaccount.com", Path.of("/keys/a:b.json"));
        var push = new PushSubscription(
                "projects/acme/subscriptions/waybill",
                "projects/acme/topics/gmail",
                URI.create("http://127.0.0.1:8082/google/push?k=1"),
                "https://in.example.com",
                "push@acme.iam.gserviceaccount.com");
        assertEquals(
                new SandboxOptions(
                        DATA,
                        Path.of("/programs"),
                        Optional.of(9092),
                        Optional.of(5432),
                        Optional.of(new SandboxOptions.Mail(2525, 1143, List.of(user))),
                        8086,
                        Optional.of(new SandboxOptions.Graph(8085, List.of(app), List.of(graphUser))),
                        Optional.of(new SandboxOptions.Gmail(
                                8087, List.of(key), List.of("desk@globex.example"), List.of(push)))),
                options);
    }

    @Test
    void parse_withoutKafkaAndDatabase_hasNeither() {
        SandboxOptions options = SandboxOptions.parse("--data", "/data", "--no-kafka", "--no-database");

        assertTrue(options.kafkaPort().isEmpty() && options.databasePort().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--kafka-port 1",
                "--data",
                "--data /data --kafka-port 70000",
                "--data /data --kafka-port x",
                "--data /data --colour",
                "--data /data --mail-user support:secret",
                "--data /data --graph-app contoso:app-1",
                "--data /data --graph-user support@contoso.example",
                "--data /data --gmail-key key.json",
                "--data /data --gmail-user desk",
                "--data /data --gmail-push projects/acme/subscriptions/waybill",
                "--data /data --gmail-push waybill,projects/acme/topics/gmail,http://127.0.0.1:1/,a,b",
            })
    void parse_somethingWrong_namesItAndTheUsage(String line) {
        SandboxException wrong = assertThrows(SandboxException.class, () -> SandboxOptions.parse(line.split(" ")));

        assertTrue(wrong.getMessage().contains("--"), wrong.getMessage());
        assertTrue(wrong.wayOut().contains(SandboxOptions.USAGE), wrong.wayOut());
    }
}
