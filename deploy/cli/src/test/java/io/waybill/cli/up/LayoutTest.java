package io.waybill.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.RunFile;
import io.waybill.cli.supervise.Program;
import io.waybill.cli.supervise.Tree;
import io.waybill.contracts.Provider;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
    private static final Ports PORTS = new Ports(
            Ports.KAFKA,
            Ports.DATABASE,
            Ports.INGRESS_MICROSOFT,
            Ports.INGRESS_GOOGLE,
            Ports.INGRESS_IMAP,
            Ports.WATCH,
            Ports.PROCESSOR);

    @TempDir
    Path folder;

    private DataFolder data;

    @BeforeEach
    void open() {
        data = DataFolder.open(folder.resolve("data"), 0);
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void ingress_runsForProvidersThatHaveMailboxes_whereSomethingCanCallIt() {
        Set<Provider> all = EnumSet.allOf(Provider.class);

        assertEquals(
                List.of("processor", "watch"),
                names(layout("https://mail.example.com").apps(Set.of())));
        assertEquals(
                List.of("processor", "ingress-microsoft", "ingress-google", "ingress-imap", "watch"),
                names(layout("https://mail.example.com").apps(all)));
        assertEquals(
                List.of("processor", "ingress-imap", "watch"),
                names(layout(null).apps(all)));
    }

    @Test
    void watch_isToldWhereItIsCalled_andWhereAnIngressWillBe() {
        Map<String, String> told =
                layout("https://mail.example.com/in").apps(Set.of()).getLast().environment();

        assertEquals("https://mail.example.com/in", told.get("WAYBILL_PUBLIC_URL"));
        assertEquals("http://127.0.0.1:8083", told.get("WAYBILL_INGRESS_IMAP_URL"));
        assertFalse(layout(null).apps(Set.of()).getLast().environment().containsKey("WAYBILL_PUBLIC_URL"));
    }

    @Test
    void microsoftIngress_listensOnItsPort() {
        Program ingress =
                layout("http://127.0.0.1:8081").ingress(Provider.MICROSOFT).orElseThrow();

        assertEquals("8081", ingress.environment().get("MICRONAUT_SERVER_PORT"));
        assertEquals("127.0.0.1", ingress.environment().get("MICRONAUT_SERVER_HOST"));
    }

    @Test
    void googleIngress_listensOnItsPort() {
        Program ingress =
                layout("https://mail.example.com").ingress(Provider.GOOGLE).orElseThrow();

        assertEquals("8082", ingress.environment().get("MICRONAUT_SERVER_PORT"));
        assertEquals("127.0.0.1", ingress.environment().get("MICRONAUT_SERVER_HOST"));
    }

    @Test
    void emulators_areAskedByAllApps_inPlaceOfTheProviders() {
        GmailEmulator gmail = new GmailEmulator(9003, folder.resolve("key.json"), List.of("desk@x.example"), "k", 9004);
        GraphEmulator graph = new GraphEmulator(9001, "tenant", "app", "swordfish", List.of());
        Emulators emulators = new Emulators(9002, Optional.of(graph), Optional.of(gmail));
        Map<String, String> wanted = Map.of(
                "WAYBILL_GRAPH_URL", "http://127.0.0.1:9001/v1.0/",
                "WAYBILL_OAUTH_MICROSOFT_URL", "http://127.0.0.1:9002/",
                "WAYBILL_GMAIL_URL", "http://127.0.0.1:9003/gmail/v1/",
                "WAYBILL_OAUTH_GOOGLE_URL", "http://127.0.0.1:9002/",
                "WAYBILL_GOOGLE_JWKS_URL", "http://127.0.0.1:9003/oauth2/v3/certs");

        List<Program> apps =
                layout("http://127.0.0.1:8081", Optional.of(emulators)).apps(EnumSet.allOf(Provider.class));

        assertEquals(5, apps.size());
        apps.forEach(app -> assertTrue(
                app.environment().entrySet().containsAll(wanted.entrySet()), () -> app + " " + app.environment()));
        assertFalse(emulators.toString().contains("swordfish"), emulators.toString());
    }

    @Test
    void kafkaSettings_areThoseOfThePlan_andNeverInherited() {
        for (Program app : layout("https://mail.example.com").apps(EnumSet.allOf(Provider.class))) {
            assertEquals("", app.environment().get("WAYBILL_KAFKA_CONFIG"), app.name());
        }
        Layout foreign = layout("https://mail.example.com", Optional.empty(), "/etc/waybill/kafka.properties");
        for (Program app : foreign.apps(EnumSet.allOf(Provider.class))) {
            assertEquals("/etc/waybill/kafka.properties", app.environment().get("WAYBILL_KAFKA_CONFIG"), app.name());
        }
    }

    private static List<String> names(List<Program> programs) {
        return programs.stream().map(Program::name).toList();
    }

    private Layout layout(String publicUrl) {
        return layout(publicUrl, Optional.empty());
    }

    private Layout layout(String publicUrl, Optional<Emulators> emulators) {
        return layout(publicUrl, emulators, null);
    }

    private Layout layout(String publicUrl, Optional<Emulators> emulators, String kafkaConfig) {
        Plan plan = new Plan(
                new Tree(folder),
                data,
                new SecretsFolder(folder.resolve("secrets")),
                PORTS,
                Optional.empty(),
                Optional.empty(),
                1,
                Optional.empty(),
                emulators,
                Optional.empty(),
                Optional.ofNullable(publicUrl).map(url -> PublicUrl.of(url, "--public-url")),
                Map.of());
        RunFile run = new RunFile(
                1,
                Instant.EPOCH,
                "127.0.0.1:9092",
                kafkaConfig,
                "jdbc:postgresql://127.0.0.1:5433/waybill",
                "waybill",
                null,
                "http://127.0.0.1:8085",
                "http://127.0.0.1:8084",
                null,
                null,
                null,
                publicUrl,
                "token",
                plan.secrets().path().toString(),
                null,
                null);
        return new Layout(run, plan);
    }
}
