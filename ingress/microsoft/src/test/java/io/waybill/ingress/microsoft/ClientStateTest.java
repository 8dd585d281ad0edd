package io.waybill.ingress.microsoft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.ingress.endpoint.FakeSender;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Who may enqueue: whoever knows what the mailbox's subscription was made with, and nobody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientStateTest {
    private static final String FORMER_KEY = "the install key before it, also of 32 bytes and more";

    private final Mailbox ours = Ingress.mailbox("acme", "support");
    private final Mailbox sibling = Ingress.mailbox("acme", "sales");
    private final Mailbox theirs = Ingress.mailbox("globex", "support");
    private Path secrets;
    private Ingress ingress;
    private Graph graph;
    private FakeSender brokers;
    private int before;

    @BeforeAll
    void start(@TempDir Path directory) {
        secrets = directory;
        ingress = Ingress.inMemory(secrets, Map.of("waybill.ingress.keep-install-key", "0s"));
        Stream.of(ours, sibling, theirs).forEach(ingress.bean(InMemoryMailboxDirectory.class)::put);
        graph = ingress.graph();
        brokers = ingress.bean(FakeSender.class);
    }

    @AfterAll
    void stop() {
        ingress.close();
    }

    @BeforeEach
    void haveOneKey() throws IOException {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        Files.deleteIfExists(secrets.resolve("install.key.previous"));
        before = brokers.count();
    }

    static Stream<String> forgeries() {
        String good = Ingress.clientState(Ingress.mailbox("acme", "support"));
        return Stream.of(
                "\"clientState\":\"\",",
                "\"clientState\":null,",
                "\"clientState\":17,",
                "\"clientState\":[\"" + good + "\"],",
                "\"clientState\":{\"clientState\":\"" + good + "\"},",
                "\"ClientState\":\"" + good + "\",",
                "\"clientState\":\"guessed\",",
                "\"clientState\":\"" + good.substring(0, good.length() - 1) + "\",",
                "\"clientState\":\"" + good + " \",",
                "\"clientState\":\"" + good.toUpperCase(Locale.ROOT) + "\",",
                "\"clientState\":\"" + good.substring(good.indexOf('.') + 1) + "\",",
                "\"clientState\":\"" + "x".repeat(100_000) + "\",",
                "");
    }

    @ParameterizedTest
    @DisplayName("A05 m a wrong or missing clientState enqueues nothing, and the answer is 202 all the same")
    @MethodSource("forgeries")
    void receive_forged(String field) {
        double dropped = ingress.dropped("client-state");
        for (String rest : List.of("\"resourceData\":{\"id\":\"AAMk=\"}", "\"lifecycleEvent\":\"missed\"")) {
            assertAnswered("{" + field + rest + "}");
        }
        assertEquals(0, sent().size());
        assertEquals(dropped + 2, ingress.dropped("client-state"));
    }

    @Test
    @DisplayName("A05 m a clientState of another mailbox of the same tenant enqueues nothing")
    void receive_siblings() {
        assertAnswered(Graph.created(sibling, "AAMk="));
        assertEquals(0, sent().size());
    }

    @Test
    @DisplayName("A22 m tenant A's notification that names tenant B's mailbox enqueues nothing in either")
    void receive_otherTenants() {
        assertAnswered(Graph.created(theirs, "AAMk="), Graph.lifecycle(theirs, "missed"));
        assertEquals(0, sent().size());

        assertAnswered(Graph.created(theirs, "AAMkTHEIRS="), Graph.created(ours, "AAMkOURS="));
        assertEquals(
                List.of(ours.key()), sent().stream().map(PointerJob::mailbox).toList());
    }

    @Test
    @DisplayName(
            "A05 m without an install key, or with one that can be guessed, nothing is accepted, and all is to come"
                    + " again")
    void receive_noKey() throws IOException {
        double before = unavailable();
        Files.delete(secrets.resolve("install.key"));
        assertToComeAgain(Graph.created(ours, "AAMk="));
        Ingress.write(secrets, "install.key", "");
        assertToComeAgain(Graph.created(ours, "AAMk="), "{\"clientState\":\"\",\"resourceData\":{\"id\":\"AAMk=\"}}");
        Ingress.write(secrets, "install.key", "short");
        assertToComeAgain(Graph.created(ours, "AAMk="));
        assertToComeAgain(Graph.created("guessed", Ingress.DIRECTORY, "AAMk="));
        assertEquals(0, sent().size());
        assertEquals(before + 4, unavailable());

        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        assertAnswered(Graph.created(ours, "AAMk="));
        assertEquals(1, sent().size());
    }

    @Test
    @DisplayName(
            "without an install key a notification of no mailbox of ours is still answered: it need not come again")
    void receive_noKeyAndUnknownMailbox() throws IOException {
        Files.delete(secrets.resolve("install.key"));
        Mailbox unknown = Ingress.mailbox("acme", "nobody");
        assertEquals(202, graph.notify(unknown, Graph.created(unknown, "AAMk=")).statusCode());
    }

    @Test
    @DisplayName("that the install key is missing is told once, and once that it is back")
    void receive_noKey_isToldOnce() throws IOException {
        Logger log = (Logger) LoggerFactory.getLogger(ClientState.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.setLevel(Level.INFO);
        log.addAppender(logged);
        try {
            for (int i = 0; i < 2; i++) {
                Files.delete(secrets.resolve("install.key"));
                assertToComeAgain(Graph.created(ours, "AAMk="));
                Ingress.write(secrets, "install.key", "short");
                assertToComeAgain(Graph.created(ours, "AAMk="));
                Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
                assertAnswered(Graph.created(ours, "AAMk="));
                assertAnswered(Graph.created(ours, "AAMk="));
            }
        } finally {
            log.detachAppender(logged);
            log.setLevel(null);
        }
        assertEquals(
                List.of("install_key_missing", "install_key_found", "install_key_missing", "install_key_found"),
                logged.list.stream().map(ILoggingEvent::getMessage).toList());
    }

    @Test
    void receive_duringRotation_bothKeysCount() throws IOException {
        String former = Graph.created(Ingress.clientState(FORMER_KEY, ours), Ingress.DIRECTORY, "AAMkFORMER=");
        assertAnswered(former);
        assertEquals(0, sent().size());

        Ingress.write(secrets, "install.key.previous", FORMER_KEY);
        assertAnswered(former, Graph.created(ours, "AAMkCURRENT="));
        assertEquals(2, sent().size());

        Files.delete(secrets.resolve("install.key.previous"));
        assertAnswered(former);
        assertEquals(2, sent().size());
    }

    private void assertToComeAgain(String... items) {
        HttpResponse<String> answer = graph.notify(ours, items);
        assertEquals(503, answer.statusCode());
        assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
        assertTrue(answer.body().contains("\"urn:waybill:problem:no-install-key\""), answer.body());
    }

    private double unavailable() {
        return ingress.counted("unavailable_total{provider=\"microsoft\",reason=\"no-install-key\"}");
    }

    private void assertAnswered(String... items) {
        assertEquals(202, graph.notify(ours, items).statusCode());
    }

    private List<PointerJob> sent() {
        List<PointerJob> all = brokers.jobs();
        return all.subList(before, all.size());
    }
}
