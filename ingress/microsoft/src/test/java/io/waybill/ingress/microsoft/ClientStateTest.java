package io.waybill.ingress.microsoft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.ingress.endpoint.FakeSender;
import java.io.IOException;
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
    @DisplayName("A05 m without an install key, or with one that can be guessed, nothing is accepted")
    void receive_noKey() throws IOException {
        double dropped = ingress.dropped("no-install-key");
        Files.delete(secrets.resolve("install.key"));
        assertAnswered(Graph.created(ours, "AAMk="));
        Ingress.write(secrets, "install.key", "");
        assertAnswered(Graph.created(ours, "AAMk="), "{\"clientState\":\"\",\"resourceData\":{\"id\":\"AAMk=\"}}");
        Ingress.write(secrets, "install.key", "short");
        assertAnswered(Graph.created(ours, "AAMk="));
        assertEquals(0, sent().size());
        assertEquals(dropped + 4, ingress.dropped("no-install-key"));
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

    private void assertAnswered(String... items) {
        assertEquals(202, graph.notify(ours, items).statusCode());
    }

    private List<PointerJob> sent() {
        List<PointerJob> all = brokers.jobs();
        return all.subList(before, all.size());
    }
}
