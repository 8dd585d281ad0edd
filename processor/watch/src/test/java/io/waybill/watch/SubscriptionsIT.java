package io.waybill.watch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.InstallKeys;
import io.waybill.contracts.KafkaRecordSender;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import io.waybill.contracts.Subscription;
import io.waybill.contracts.SubscriptionEvent;
import io.waybill.contracts.SubscriptionTable;
import io.waybill.contracts.TopicAdmin;
import io.waybill.sandbox.EmbeddedBroker;
import io.waybill.sandbox.emulator.TurnedClock;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphServer;
import io.waybill.sandbox.graph.GraphSubscription;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.graph.GraphEndpoints;
import io.waybill.sources.graph.GraphSubscriptions;
import io.waybill.sources.graph.SharedApps;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions kept at the emulator, written down on a real broker; each test with a mailbox of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SubscriptionsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String DIRECTORY = "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f";
    private static final String APP = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String NEXT_KEY = "fedcba9876543210fedcba9876543210";

    private final TurnedClock clock = new TurnedClock();
    private final List<Mailbox> listed = new CopyOnWriteArrayList<>();
    private final Alerts alerts = new Alerts();
    private EmbeddedBroker broker;
    private KafkaRecordSender sender;
    private SubscriptionTable table;
    private TokenServer tokens;
    private GraphServer graph;
    private HttpServer ingress;
    private Path secrets;
    private SimpleMeterRegistry registry;
    private Subscriptions subscriptions;
    private Mailbox mailbox;
    private int mailboxes;
    private volatile boolean ingressAway;
    private volatile boolean brokersAway;

    @BeforeAll
    void start(@TempDir Path data, @TempDir Path secretFiles) throws Exception {
        secrets = secretFiles;
        broker = EmbeddedBroker.start(data, 0);
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            TopicAdmin.create(admin, 4, 1);
        }
        sender = new KafkaRecordSender(
                () -> new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer()));
        table = new SubscriptionTable(client);
        tokens = TokenServer.start();
        tokens.addApp(DIRECTORY, APP, "swordfish");
        graph = GraphServer.start(0, token -> tokens.appOf(token, GraphServer.SCOPE));
        ingress = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ingress.createContext("/", this::echo);
        ingress.start();
        alerts.listen();
    }

    @AfterAll
    void stop() {
        alerts.leave();
        ingress.stop(0);
        graph.close();
        tokens.close();
        table.close();
        sender.close();
        broker.close();
    }

    @BeforeEach
    void subscribe() throws IOException {
        Files.writeString(secrets.resolve("install.key"), KEY);
        Files.deleteIfExists(secrets.resolve("install.key.previous"));
        ingressAway = false;
        brokersAway = false;
        listed.clear();
        String name = "graph" + ++mailboxes;
        graph.addUser(name + "@acme.example", name + "@acme.example");
        mailbox = mailbox(name, false);
        registry = new SimpleMeterRegistry();
        subscriptions = subscriptions(publicUrl());
    }

    @AfterEach
    void rest() {
        subscriptions.close();
    }

    @Test
    @DisplayName("a mailbox is subscribed, listed once for what came before, and announced from then on")
    void keep_newMailbox_isSubscribed() {
        keepUntilActive();
        GraphSubscription made = only();
        Subscription known = known();
        assertEquals(made.id(), known.held().id());
        assertEquals(made.expiration(), known.held().expiresAt());
        assertEquals(new InstallKey(Secret.of(KEY)).clientState(mailbox).text(), made.clientState());
        assertEquals(List.of(mailbox), listed);
        assertTrue(subscriptions.isAnnounced(mailbox.key()));
        assertEquals(ListenerState.SUBSCRIBED, subscriptions.status().getFirst().state());
        assertEquals(
                1.0,
                registry.get("waybill.watch.subscriptions")
                        .tag("state", "subscribed")
                        .gauge()
                        .value());
        assertFalse(
                new String(SubscriptionTable.record(known).value(), StandardCharsets.UTF_8)
                        .contains(
                                made.clientState().substring(made.clientState().indexOf('.') + 1)),
                "what proves notifications is nowhere written");
    }

    @Test
    @DisplayName("who keeps the mailbox next goes on with what was written down")
    void keep_afterARestart_makesNone() {
        keepUntilActive();
        long made = graph.calls(GraphCall.CREATE_SUBSCRIPTION);
        subscriptions.close();
        subscriptions = subscriptions(publicUrl());
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT).until(() -> subscriptions.isAnnounced(mailbox.key()));
        aDayLater();
        await().atMost(LIMIT)
                .until(() -> known().held().renewedAt().isAfter(known().held().madeAt()));
        assertEquals(made, graph.calls(GraphCall.CREATE_SUBSCRIPTION));
    }

    @Test
    @DisplayName("it is renewed each day, well before its end")
    void keep_aDayLater_isRenewed() {
        keepUntilActive();
        String id = only().id();
        Instant end = known().held().expiresAt();
        aDayLater();
        await().atMost(LIMIT).until(() -> known().held().expiresAt().isAfter(end));
        assertEquals(id, known().held().id());
        assertEquals(known().held().expiresAt(), only().expiration());
        assertEquals(List.of(mailbox), listed, "nothing was missed");
    }

    @Test
    @DisplayName("one that is not there when it is to be renewed is made anew")
    void keep_lost_isMadeAnew() {
        keepUntilActive();
        String id = only().id();
        graph.removeSubscription(id);
        aDayLater();
        await().atMost(LIMIT).until(() -> !known().held().id().equals(id));
        assertEquals(only().id(), known().held().id());
        assertEquals(List.of(mailbox, mailbox), listed);
    }

    @Test
    @DisplayName("subscriptionRemoved: one is made anew, and what came meanwhile is listed")
    void keep_removed_isMadeAnew() {
        keepUntilActive();
        String id = only().id();
        graph.removeSubscription(id);
        tell(SubscriptionEvent.Kind.REMOVED, id);
        await().atMost(LIMIT).until(() -> !known().held().id().equals(id));
        assertEquals(only().id(), known().held().id());
        assertEquals(List.of(mailbox, mailbox), listed);
    }

    @Test
    @DisplayName("reauthorizationRequired: it is renewed at once and once, and what came meanwhile is listed")
    void keep_askedToRenew_isRenewed() {
        keepUntilActive();
        long before = graph.calls(GraphCall.RENEW_SUBSCRIPTION);
        tell(SubscriptionEvent.Kind.RENEW, only().id());
        await().atMost(LIMIT).until(() -> listed.size() == 2);
        await().during(Duration.ofSeconds(3))
                .atMost(LIMIT)
                .until(() -> graph.calls(GraphCall.RENEW_SUBSCRIPTION) == before + 1);
    }

    @Test
    @DisplayName("an event of a subscription that is not ours any more changes nothing")
    void keep_eventOfAnother_isIgnored() {
        keepUntilActive();
        String id = only().id();
        tell(SubscriptionEvent.Kind.REMOVED, "5522bd62-7c96-4530-85b0-00b916f6151a");
        await().during(Duration.ofSeconds(3))
                .atMost(LIMIT)
                .until(() -> known().held().id().equals(id));
    }

    @Test
    @DisplayName("one that the app may not have is told once, is visible, and is made when it may")
    void keep_refused_isVisibleAndRestored() {
        graph.denyUser(user());
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isPresent());
        assertEquals(Subscription.State.FAILING, known().state());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, known().code());
        Instant since = known().since();
        ListenerStatus status = subscriptions.status().getFirst();
        assertEquals(ListenerState.RETRYING, status.state());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, status.lastError());
        assertFalse(subscriptions.isAnnounced(mailbox.key()));

        long tries = graph.calls(GraphCall.CREATE_SUBSCRIPTION);
        await().atMost(LIMIT).until(() -> graph.calls(GraphCall.CREATE_SUBSCRIPTION) > tries);
        assertEquals(since, known().since(), "the same trouble is written once");

        graph.allowUser(user());
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.ACTIVE);
    }

    @Test
    @DisplayName("an ingress that only starts is no trouble; one that stays away is")
    void keep_ingressAway_isToldOnceItLasts() {
        ingressAway = true;
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isPresent());
        assertEquals(Subscription.State.FAILING, known().state());
        assertTrue(graph.calls(GraphCall.CREATE_SUBSCRIPTION) >= 3);
        assertTrue(known().detail().contains("gets no answer at the public URL"), known().detail());
        ingressAway = false;
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.ACTIVE);
    }

    @Test
    @DisplayName("without an install key nothing could be proved, so nothing is subscribed")
    void keep_withoutInstallKey_fails() throws IOException {
        Files.delete(secrets.resolve("install.key"));
        long before = graph.calls(GraphCall.CREATE_SUBSCRIPTION);
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isPresent());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, known().code());
        assertTrue(known().detail().contains("install.key"), known().detail());
        assertEquals(before, graph.calls(GraphCall.CREATE_SUBSCRIPTION));
    }

    @Test
    @DisplayName(
            "an install key that is away for a while takes no subscription with it: it is renewed when the key is back")
    void keep_keyAwayForAWhile_isRestored() throws IOException {
        keepUntilActive();
        String id = only().id();
        listed.clear();
        Files.delete(secrets.resolve("install.key"));
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.FAILING);
        assertEquals(id, only().id(), "it stays");
        Files.writeString(secrets.resolve("install.key"), KEY);
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.ACTIVE);
        assertEquals(id, only().id());
        assertEquals(id, known().held().id());
        assertEquals(List.of(mailbox), listed, "what came meanwhile may not have been believed");
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertEquals(List.of("subscription_failing", "subscription_restored"), alerts.of(mailbox)));
        assertEquals(ListenerState.SUBSCRIBED, subscriptions.status().getFirst().state());
    }

    @Test
    @DisplayName("a folder that is mistyped costs the subscription; with the right one again it is made anew, and not"
            + " believed to be there")
    void keep_folderMistypedAndPutRight_isMadeAnew() {
        keepUntilActive();
        String id = only().id();
        subscriptions.keep(List.of(mailbox(mailbox.mailboxId(), "inbx", false)));
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.FAILING);
        assertEquals(List.of(), own());
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.ACTIVE);
        assertNotEquals(id, known().held().id());
        assertEquals(only().id(), known().held().id());
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertEquals(List.of("subscription_failing", "subscription_restored"), alerts.of(mailbox)));
    }

    @Test
    @DisplayName("how subscriptions stand is told without looking up the install key")
    void status_looksUpNoKey() {
        AtomicInteger lookUps = countLookUps(Duration.ZERO);
        keepUntilActive();
        int before = lookUps.get();
        for (int i = 0; i < 2_000; i++) {
            assertEquals(1, subscriptions.status().size());
        }
        int since = lookUps.get() - before;
        assertTrue(since < 1_000, "one for each look, that is each second: " + since);
    }

    @Test
    @DisplayName("however many mailboxes there are, the install key is looked up once a second")
    void keep_manyMailboxes_lookUpTheKeyOnceASecond() {
        AtomicInteger lookUps = countLookUps(Duration.ofSeconds(1));
        List<Mailbox> many = Stream.iterate(1, i -> i + 1)
                .limit(20)
                .map(i -> mailbox(mailbox.mailboxId() + "-" + i, false))
                .peek(each -> graph.addUser(each.address(), each.address()))
                .toList();
        subscriptions.keep(many);
        await().atMost(LIMIT).until(() -> many.stream().allMatch(each -> subscriptions.isAnnounced(each.key())));
        int before = lookUps.get();
        long from = System.nanoTime();
        await().atMost(LIMIT).until(() -> lookUps.get() >= before + 3);
        int since = lookUps.get() - before;
        Duration took = Duration.ofNanos(System.nanoTime() - from);
        assertTrue(since <= took.toSeconds() + 2, since + " in " + took);
    }

    /** How often the keepers look up the install key from now on. */
    private AtomicInteger countLookUps(Duration keep) {
        AtomicInteger lookUps = new AtomicInteger();
        InstallKeys keys = new InstallKeys(
                () -> {
                    lookUps.incrementAndGet();
                    return List.of(new InstallKey(Secret.of(KEY)));
                },
                keep);
        subscriptions.close();
        subscriptions = subscriptions(new GraphSubscriber(graphSubscriptions(), publicUrl(), keys));
        return lookUps;
    }

    @Test
    @DisplayName("a new install key makes a new subscription: what proves it cannot be changed")
    void keep_keyRotated_isReplaced() throws IOException {
        keepUntilActive();
        GraphSubscription before = only();
        Files.writeString(secrets.resolve("install.key.previous"), KEY);
        Files.writeString(secrets.resolve("install.key"), NEXT_KEY);
        await().atMost(LIMIT).until(() -> !known().held().id().equals(before.id()));
        assertNotEquals(before.clientState(), only().clientState());
        assertEquals(List.of(mailbox, mailbox), listed);
    }

    @Test
    @DisplayName("without a public URL none is made, and one that is there is deleted")
    void keep_withoutPublicUrl_isListed() {
        keepUntilActive();
        subscriptions.close();
        subscriptions = subscriptions(Optional.empty());
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.LISTED);
        assertEquals(List.of(), own());
        assertEquals(ListenerState.LISTING, subscriptions.status().getFirst().state());
        assertFalse(subscriptions.isAnnounced(mailbox.key()));
    }

    @Test
    @DisplayName("of a removed mailbox nothing stays, neither at Graph nor in the table")
    void keep_removedMailbox_isForgotten() {
        keepUntilActive();
        Mailbox removed = mailbox(mailbox.mailboxId(), true);
        subscriptions.keep(List.of(removed));
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isEmpty());
        assertEquals(List.of(), own());
        subscriptions.keep(List.of(removed));
        assertEquals(List.of(), subscriptions.status());
    }

    @Test
    @DisplayName("what cannot be written down now is written down later")
    void keep_brokersAway_isWrittenLater() {
        brokersAway = true;
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT).until(() -> subscriptions.isAnnounced(mailbox.key()));
        assertEquals(Optional.empty(), table.find(mailbox.key()));
        brokersAway = false;
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isPresent());
        assertEquals(only().id(), known().held().id());
    }

    @Test
    @DisplayName("a fault of ours ends no keeper: it goes on after a pause")
    void keep_faultOfOurs_goesOn() {
        subscriptions.close();
        subscriptions = subscriptions(new FaultySubscriber(
                subscriber(publicUrl()),
                () -> {
                    throw new IllegalStateException("a fault");
                },
                () -> {
                    throw new StackOverflowError("another");
                }));
        keepUntilActive();
    }

    @Test
    @DisplayName("a keeper that has ended is replaced")
    void keep_keeperThatHasEnded_isReplaced() {
        subscriptions.close();
        subscriptions = subscriptions(new FaultySubscriber(subscriber(publicUrl()), () -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a fault");
        }));
        await().atMost(LIMIT).until(() -> {
            subscriptions.keep(List.of(mailbox));
            return subscriptions.isAnnounced(mailbox.key());
        });
    }

    @Test
    @DisplayName("a fault of ours does not end the share: it is read and told anew")
    void share_faultOfOurs_isToldAgain() {
        Queue<StackOverflowError> faults = new ConcurrentLinkedQueue<>(List.of(new StackOverflowError("a fault")));
        AtomicInteger told = new AtomicInteger();
        try (MailboxShare share = MailboxShare.join(Map.of("bootstrap.servers", broker.bootstrapServers()), _ -> {
            StackOverflowError fault = faults.poll();
            if (fault != null) {
                throw fault;
            }
            told.incrementAndGet();
        })) {
            await().atMost(LIMIT).until(() -> share.isAssigned() && faults.isEmpty() && told.get() > 1);
        }
    }

    private void aDayLater() {
        clock.turn(Duration.ofHours(25));
        graph.advance(Duration.ofHours(25));
    }

    private void keepUntilActive() {
        subscriptions.keep(List.of(mailbox));
        await().atMost(LIMIT)
                .until(() -> table.find(mailbox.key())
                        .filter(each -> each.state() == Subscription.State.ACTIVE)
                        .isPresent());
    }

    private Subscription known() {
        return table.find(mailbox.key()).orElseThrow();
    }

    private GraphSubscription only() {
        assertEquals(1, own().size());
        return own().getFirst();
    }

    private List<GraphSubscription> own() {
        return graph.subscriptions().stream()
                .filter(each -> each.user().equals(user()))
                .toList();
    }

    private String user() {
        return mailbox.address();
    }

    private void tell(SubscriptionEvent.Kind kind, String id) {
        SubscriptionEvent event = SubscriptionEvent.of(mailbox.key(), kind, id, clock.instant());
        sender.send(SubscriptionTable.record(event)).join();
    }

    private Optional<PublicUrl> publicUrl() {
        return Optional.of(new PublicUrl(
                URI.create("http://127.0.0.1:" + ingress.getAddress().getPort())));
    }

    private Subscriptions subscriptions(Optional<PublicUrl> publicUrl) {
        return subscriptions(subscriber(publicUrl));
    }

    private Subscriber subscriber(Optional<PublicUrl> publicUrl) {
        return new GraphSubscriber(graphSubscriptions(), publicUrl, resolved());
    }

    private GraphSubscriptions graphSubscriptions() {
        return new GraphSubscriptions(
                new GraphEndpoints(Optional.of(URI.create(graph.url() + "v1.0/"))),
                SharedApps.NONE,
                new AccessTokens(
                        resolved(), TokenEndpoints.of(Optional.of(tokens.url()), Optional.empty()), Clock.systemUTC()),
                clock);
    }

    private Secrets resolved() {
        return new Secrets(Map.of("WAYBILL_SECRET_GRAPH", "swordfish"), secrets);
    }

    private Subscriptions subscriptions(Subscriber subscriber) {
        await().atMost(LIMIT).until(table::isComplete);
        return new Subscriptions(
                new SubscriptionKeeper.Tools(
                        new Subscribers(subscriber, new NoSubscriber()),
                        table,
                        record -> brokersAway
                                ? CompletableFuture.failedFuture(new KafkaException("away"))
                                : sender.send(record),
                        new SubscriptionSettings(Duration.ofDays(5), Duration.ofHours(24)),
                        WatchWorld.FAST,
                        new Semaphore(2),
                        listed::add,
                        clock),
                new WatchMeters(registry));
    }

    /** Does what an ingress does while a subscription is made. */
    private void echo(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            byte[] token = URLDecoder.decode(
                            query.substring(query.indexOf("validationToken=") + "validationToken=".length()),
                            StandardCharsets.UTF_8)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(ingressAway ? 502 : 200, token.length);
            exchange.getResponseBody().write(token);
        }
    }

    private static Mailbox mailbox(String name, boolean removed) {
        return mailbox(name, null, removed);
    }

    /** @param folder null for the inbox */
    private static Mailbox mailbox(String name, String folder, boolean removed) {
        return new Mailbox(
                "acme",
                name,
                name + "@acme.example",
                "inc-" + name,
                null,
                "k-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                new MicrosoftAccount(
                        DIRECTORY,
                        APP,
                        new MicrosoftAccount.ClientSecret(new CredentialReference("env:WAYBILL_SECRET_GRAPH")),
                        name + "@acme.example",
                        folder,
                        null),
                removed);
    }
}
