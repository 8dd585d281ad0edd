package io.waybill.watch;

import static io.waybill.watch.WatchWorld.PASSWORD;
import static io.waybill.watch.WatchWorld.mail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.Control;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Topic;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.EmbeddedBroker;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapMailbox;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The application on a real broker, alone and with a second instance: one life, in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class WatchIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TOKEN = "token-of-the-test";
    private static final int MAILBOXES = 12;

    private final FakeIngress ingress = new FakeIngress();
    private final FaultyImapServer server = FaultyImapServer.start();
    private final Map<String, ImapMailbox> inboxes = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private Path secrets;
    private EmbeddedBroker broker;
    private EmbeddedServer first;
    private EmbeddedServer second;

    @BeforeAll
    void start(@TempDir Path data, @TempDir Path secretFiles) throws Exception {
        secrets = secretFiles;
        Files.writeString(secrets.resolve("mail"), PASSWORD);
        Files.writeString(secrets.resolve("callback"), FakeIngress.SECRET_TEXT);
        broker = EmbeddedBroker.start(data, 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicAdmin.create(admin, 4, 1);
        }
        for (int i = 0; i < MAILBOXES; i++) {
            inboxes.put("box" + i, server.addAccount("box" + i, PASSWORD));
            put(mailbox("box" + i));
        }
        first = launch();
    }

    @AfterAll
    void stop() {
        if (second != null) {
            second.close();
        }
        first.close();
        http.close();
        broker.close();
        server.close();
        ingress.close();
    }

    @Test
    @Order(1)
    void start_alone_listensToAllMailboxes() throws Exception {
        await().atMost(LIMIT).until(() -> get(first, "/health/readiness", null).statusCode() == 200);
        awaitIdle(names(), first);
        assertEquals(200, get(first, "/health/liveness", null).statusCode());
        assertTrue(get(first, "/prometheus", null).body().contains("waybill_watch_listeners{state=\"idle\"} 12.0"));
    }

    @Test
    @Order(2)
    void listeners_withoutTheToken_areNotTold() throws Exception {
        assertEquals(401, get(first, "/internal/listeners", null).statusCode());
        assertEquals(401, get(first, "/internal/listeners", "wrong").statusCode());
        HttpResponse<String> told = get(first, "/internal/listeners", TOKEN);
        assertEquals(200, told.statusCode());
        assertTrue(told.body().contains("\"mailbox\":\"box7\",\"folder\":\"INBOX\",\"state\":\"idle\""), told.body());
    }

    @Test
    @Order(3)
    void join_secondInstance_takesAPartAndLeavesTheRestUndisturbed() throws Exception {
        second = launch();
        await().atMost(LIMIT).until(() -> get(second, "/health/readiness", null).statusCode() == 200);
        await().atMost(LIMIT).until(() -> {
            Set<String> one = idle(first);
            Set<String> other = idle(second);
            Set<String> both = new HashSet<>(one);
            both.addAll(other);
            return !one.isEmpty()
                    && !other.isEmpty()
                    && one.size() + other.size() == MAILBOXES
                    && both.size() == MAILBOXES;
        });
        for (String name : idle(first)) {
            assertEquals(1, ingress.acceptedChanges("k-" + name), name + " was not disturbed");
        }
        pushesAll();
    }

    @Test
    @Order(4)
    void mailbox_pausedAndResumed_restsMeanwhile() throws Exception {
        Control control = new Control(Control.Kind.PAUSED_MAILBOX, "acme/box3", "op", Instant.now(), "");
        send(Topics.CONTROLS, control.key().getBytes(StandardCharsets.UTF_8), KafkaMailboxDirectory.encode(control));
        await().atMost(LIMIT).until(() -> states().get("box3") == ListenerState.PAUSED);
        long listed = ingress.acceptedChanges("k-box3");
        send(Topics.CONTROLS, control.key().getBytes(StandardCharsets.UTF_8), null);
        await().atMost(LIMIT).until(() -> ingress.acceptedChanges("k-box3") == listed + 1);
    }

    @Test
    @Order(5)
    void mailbox_removedThenForgotten_isLeftAlone() throws Exception {
        put(mailbox("box4").asRemoved());
        await().atMost(LIMIT).until(() -> !states().containsKey("box4"));
        put(mailbox("box4"));
        await().atMost(LIMIT).until(() -> states().get("box4") == ListenerState.IDLE);
        send(Topics.MAILBOXES, mailbox("box4").key().bytes(), null);
        await().atMost(LIMIT).until(() -> !states().containsKey("box4"));
        put(mailbox("box4"));
        await().atMost(LIMIT).until(() -> states().get("box4") == ListenerState.IDLE);
    }

    @Test
    @Order(6)
    void mailbox_unreadableEntry_hidesNoOther() throws Exception {
        send(Topics.MAILBOXES, "acme/broken".getBytes(StandardCharsets.UTF_8), "{".getBytes(StandardCharsets.UTF_8));
        inboxes.put("late", server.addAccount("late", PASSWORD));
        put(mailbox("late"));
        await().atMost(LIMIT).until(() -> states().get("late") == ListenerState.IDLE);
        inboxes.remove("late");
        send(Topics.MAILBOXES, mailbox("late").key().bytes(), null);
    }

    @Test
    @Order(7)
    void brokerAway_listenersGoOn() throws Exception {
        broker.stop();
        pushesAll();
        broker.startAgain();
        inboxes.put("after", server.addAccount("after", PASSWORD));
        put(mailbox("after"));
        await().atMost(LIMIT).until(() -> states().get("after") == ListenerState.IDLE);
        await().atMost(LIMIT)
                .until(() -> states().values().stream()
                                .filter(ListenerState.IDLE::equals)
                                .count()
                        == inboxes.size());
        pushesAll();
    }

    @Test
    @Order(8)
    @DisplayName("an instance that stops leaves the group: the other takes over before the first would be missed")
    void leave_secondInstance_handsItsPartOver() {
        long began = System.nanoTime();
        second.close();
        second = null;
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "took " + took);
        awaitIdle(inboxes.keySet(), first);
        pushesAll();
    }

    /** To listeners that are listening already: what comes now they must push themselves. */
    private void pushesAll() {
        Map<String, Long> uids = new HashMap<>();
        inboxes.forEach((name, inbox) -> uids.put(name, inbox.append(mail("to " + name))));
        await().atMost(LIMIT)
                .untilAsserted(() -> uids.forEach((name, uid) ->
                        assertTrue(ingress.acceptedUids("k-" + name).contains(uid), name)));
    }

    private Set<String> names() {
        return inboxes.keySet();
    }

    private void awaitIdle(Set<String> names, EmbeddedServer instance) {
        await().atMost(LIMIT).untilAsserted(() -> assertEquals(names, idle(instance)));
    }

    private Set<String> idle(EmbeddedServer instance) {
        Set<String> idle = new HashSet<>();
        instance.getApplicationContext().getBean(Listeners.class).status().stream()
                .filter(each -> each.state() == ListenerState.IDLE)
                .forEach(each -> idle.add(each.mailbox()));
        return idle;
    }

    private Map<String, ListenerState> states() {
        Map<String, ListenerState> states = new HashMap<>();
        List<EmbeddedServer> instances = new ArrayList<>(List.of(first));
        if (second != null) {
            instances.add(second);
        }
        instances.forEach(instance -> instance.getApplicationContext()
                .getBean(Listeners.class)
                .status()
                .forEach(each -> states.put(each.mailbox(), each.state())));
        return states;
    }

    private EmbeddedServer launch() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("micronaut.server.port", -1);
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("waybill.ingress.imap.url", ingress.url().toString());
        settings.put("waybill.secrets.dir", secrets.toString());
        settings.put("waybill.internal.token", TOKEN);
        settings.put("waybill.watch.first-retry", "100ms");
        settings.put("waybill.watch.quiet", "20ms");
        return ApplicationContext.run(EmbeddedServer.class, settings);
    }

    private Mailbox mailbox(String name) {
        Mailbox made = WatchWorld.mailbox(name, server.port());
        ImapAccount account = (ImapAccount) made.source();
        return new Mailbox(
                made.tenantId(),
                made.mailboxId(),
                made.address(),
                made.incarnation(),
                made.formerIncarnations(),
                made.k(),
                made.since(),
                made.handlers(),
                made.limits(),
                new ImapAccount(
                        account.host(),
                        account.port(),
                        account.tls(),
                        account.username(),
                        new CredentialReference("file:mail"),
                        account.folders(),
                        new CredentialReference("file:callback")),
                false);
    }

    private void put(Mailbox mailbox) throws Exception {
        send(Topics.MAILBOXES, mailbox.key().bytes(), KafkaMailboxDirectory.encode(mailbox));
    }

    private void send(Topic topic, byte[] key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
        }
    }

    private HttpResponse<String> get(EmbeddedServer instance, String path, String token) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.getPort() + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
