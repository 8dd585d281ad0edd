package io.waybill.watch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.KafkaRecordSender;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.RecordSender;
import io.waybill.contracts.Secrets;
import io.waybill.contracts.Subscription;
import io.waybill.contracts.SubscriptionTable;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.EmbeddedBroker;
import io.waybill.sandbox.emulator.TurnedClock;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailWatch;
import io.waybill.sandbox.oauth.ServiceAccountFile;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.gmail.GmailEndpoints;
import io.waybill.sources.gmail.GmailWatches;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Watches kept at Gmail's emulator, written down on a real broker, and the listings beside them; each test with a mailbox of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GmailSubscriptionsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TOPIC = "projects/acme-mail/topics/gmail";
    private static final String ACCOUNT = "waybill@acme-mail.iam.gserviceaccount.com";

    private final TurnedClock clock = new TurnedClock();
    private final List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
    private final Alerts alerts = new Alerts();
    private EmbeddedBroker broker;
    private KafkaRecordSender brokers;
    private RecordSender sender;
    private SubscriptionTable table;
    private TokenServer tokens;
    private GmailServer gmail;
    private Secrets secrets;
    private InMemoryMailboxDirectory directory;
    private ListingTicks ticks;
    private Subscriptions subscriptions;
    private Mailbox mailbox;
    private int mailboxes;

    @BeforeAll
    void start(@TempDir Path data, @TempDir Path secretFiles) throws Exception {
        broker = EmbeddedBroker.start(data, 0);
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            TopicAdmin.create(admin, 4, 1);
        }
        brokers = new KafkaRecordSender(
                () -> new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer()));
        sender = record -> {
            sent.add(record);
            return brokers.send(record);
        };
        table = new SubscriptionTable(client);
        await().atMost(LIMIT).until(table::isComplete);
        tokens = TokenServer.start();
        gmail = GmailServer.start(0, tokens::grantOf);
        secrets = new Secrets(Map.of(), secretFiles);
        ServiceAccountFile account =
                ServiceAccountFile.readOrMake(secretFiles.resolve("acme-gmail.json"), ACCOUNT, tokens.url());
        tokens.addServiceAccount(account.email(), account.key());
        alerts.listen();
    }

    @AfterAll
    void stop() {
        alerts.leave();
        gmail.close();
        tokens.close();
        table.close();
        brokers.close();
        broker.close();
    }

    @BeforeEach
    void watch() {
        sent.clear();
        gmail.addTopic(TOPIC);
        mailbox = mailbox("box" + ++mailboxes, TOPIC);
        gmail.addUser(user());
        directory = new InMemoryMailboxDirectory(mailbox);
        ticks = ListingTicks.start(directory, new PointerProducer(sender, "watch"), WatchWorld.FAST, clock);
        subscriptions = subscriptions(true);
    }

    @AfterEach
    void rest() {
        subscriptions.close();
        ticks.close();
    }

    @Test
    @DisplayName("a mailbox is watched, listed once for what came before, and announced from then on")
    void keep_newMailbox_isWatched() {
        keepUntilActive();
        GmailWatch made = only();
        assertEquals(TOPIC, made.topic());
        assertEquals(List.of("INBOX"), made.labels());
        assertFalse(made.excluding());
        assertEquals(end(made), known().held().expiresAt());
        assertEquals(TOPIC, known().held().terms().notificationUrl());
        assertTrue(subscriptions.isAnnounced(mailbox.key()));
        assertEquals(ListenerState.SUBSCRIBED, subscriptions.status().getFirst().state());
        await().atMost(LIMIT).until(() -> !listings().isEmpty());
        assertTrue(
                listings().stream().allMatch(each -> each.reason() == ChangesPointer.Reason.CONNECTED),
                listings().toString());
    }

    @Test
    @DisplayName("it is watched anew each day, and nothing is listed for that: nothing was missed")
    void keep_aDayLater_isWatchedAnew() {
        keepUntilActive();
        Instant end = known().held().expiresAt();
        for (int day = 1; day <= 3; day++) {
            long before = gmail.calls(GmailCall.WATCH);
            Instant last = end;
            turn(Duration.ofHours(25));
            await().atMost(LIMIT).until(() -> known().held().expiresAt().isAfter(last));
            end = known().held().expiresAt();
            assertEquals(before + 1, gmail.calls(GmailCall.WATCH), "once a day");
        }
        assertEquals(end(only()), end);
        awaitNoMoreListings();
        assertTrue(
                listings().stream()
                                .filter(each -> each.reason() == ChangesPointer.Reason.CONNECTED)
                                .count()
                        <= 2,
                "as one of our own, and when it was made");
    }

    @Test
    @DisplayName("where the history is when a mailbox is watched anew is nobody's cursor: it is told to nobody")
    void keep_watchedAnew_overwritesNoCursor() {
        keepUntilActive();
        String first = known().held().id();
        Instant end = known().held().expiresAt();
        sent.clear();
        // Came unannounced, and is not listed yet: who went on from the new watch's history id would never see it.
        gmail.deliver(user(), WatchWorld.mail("between"));
        assertNotEquals(first, gmail.historyId(user()));
        turn(Duration.ofHours(25));
        await().atMost(LIMIT).until(() -> known().held().expiresAt().isAfter(end));
        assertEquals(first, known().held().id(), "what it is named by is what it was made with");
        assertTrue(listings().stream().allMatch(each -> each.hint() == null), "no listing is told where to begin");
        assertTrue(
                sent.stream()
                        .filter(record -> record.value() != null)
                        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                        .noneMatch(value -> value.contains(gmail.historyId(user()))),
                "the history id of now is in no record");
    }

    @Test
    @DisplayName("a watch that ended while we were away is made anew, and what came meanwhile is listed")
    void keep_watchExpired_isMadeAnewAndListed() {
        keepUntilActive();
        subscriptions.close();
        turn(Duration.ofDays(8));
        assertEquals(List.of(), own(), "Gmail keeps none for so long");
        sent.clear();
        subscriptions = subscriptions(true);
        keepUntilActive();
        await().atMost(LIMIT).until(() -> subscriptions.isAnnounced(mailbox.key()) && !own().isEmpty());
        await().atMost(LIMIT)
                .until(() -> listings().stream().anyMatch(each -> each.reason() == ChangesPointer.Reason.CONNECTED));
    }

    @Test
    @DisplayName("who keeps the mailbox next goes on with what was written down")
    void keep_afterARestart_makesNone() {
        keepUntilActive();
        long made = gmail.calls(GmailCall.WATCH);
        subscriptions.close();
        subscriptions = subscriptions(true);
        keep();
        await().atMost(LIMIT).until(() -> subscriptions.isAnnounced(mailbox.key()));
        await().during(Duration.ofSeconds(3)).atMost(LIMIT).until(() -> gmail.calls(GmailCall.WATCH) == made);
    }

    @Test
    @DisplayName("while it is announced it is listed once in a while, and not every minute")
    void keep_announced_isListedSeldom() {
        keepUntilActive();
        keep();
        await().atMost(LIMIT).until(() -> !listings().isEmpty());
        awaitNoMoreListings();
        turn(Duration.ofSeconds(61));
        awaitNoMoreListings();
        int before = listings().size();
        turn(WatchWorld.FAST.tick().multipliedBy(2));
        await().atMost(LIMIT).until(() -> listings().size() > before);
        assertEquals(ChangesPointer.Reason.TICK, listings().getLast().reason());
    }

    @Test
    @DisplayName("without a public URL it is not watched, one that is there is stopped, and it is listed every 60 s")
    void keep_withoutPublicUrl_isListedEveryMinute() {
        keepUntilActive();
        subscriptions.close();
        subscriptions = subscriptions(false);
        keep();
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.LISTED);
        assertEquals(List.of(), own());
        assertListedEveryMinute();
    }

    @Test
    @DisplayName("a mailbox without a topic is not watched, and is listed every 60 s")
    void keep_withoutTopic_isListedEveryMinute() {
        long before = gmail.calls(GmailCall.WATCH);
        mailbox = mailbox(mailbox.mailboxId(), null);
        keep();
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isPresent());
        assertEquals(Subscription.State.LISTED, known().state());
        assertListedEveryMinute();
        assertEquals(before, gmail.calls(GmailCall.WATCH));
    }

    @Test
    @DisplayName("another topic is watched instead, and a topic that is taken away is watched no longer")
    void keep_topicChanged_isWatchedInstead() {
        keepUntilActive();
        gmail.addTopic(TOPIC + "-2");
        mailbox = mailbox(mailbox.mailboxId(), TOPIC + "-2");
        keep();
        await().atMost(LIMIT).until(() -> only().topic().equals(TOPIC + "-2"));
        await().atMost(LIMIT)
                .until(() -> known().held().terms().notificationUrl().equals(TOPIC + "-2"));
        mailbox = mailbox(mailbox.mailboxId(), null);
        keep();
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.LISTED);
        assertEquals(List.of(), own());
    }

    @Test
    @DisplayName("of a removed mailbox nothing stays: Gmail is told to stop, and the table forgets it")
    void keep_removedMailbox_isStoppedAndForgotten() {
        keepUntilActive();
        long before = gmail.calls(GmailCall.STOP);
        Mailbox removed = mailbox.asRemoved();
        subscriptions.keep(List.of(removed));
        ticks.keep(List.of(removed), subscriptions::isAnnounced);
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isEmpty());
        assertEquals(List.of(), own());
        assertEquals(before + 1, gmail.calls(GmailCall.STOP));
        subscriptions.keep(List.of(removed));
        assertEquals(List.of(), subscriptions.status());
        awaitNoMoreListings();
        int listings = listings().size();
        turn(Duration.ofHours(1));
        awaitNoMoreListings();
        assertEquals(listings, listings().size(), "nor is it listed");
    }

    @Test
    @DisplayName("a topic that Gmail refuses is visible, told once, listed around, and watched when it is there")
    void keep_refusedTopic_isVisibleToldOnceAndRestored() {
        String missing = TOPIC + "-missing-" + mailboxes;
        mailbox = mailbox(mailbox.mailboxId(), missing);
        keep();
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isPresent());
        assertEquals(Subscription.State.FAILING, known().state());
        assertEquals(FailureCode.SOURCE_ERROR, known().code());
        assertTrue(known().detail().contains("topic"), known().detail());
        ListenerStatus status = subscriptions.status().getFirst();
        assertEquals(ListenerState.RETRYING, status.state());
        assertEquals(FailureCode.SOURCE_ERROR, status.lastError());
        assertTrue(status.lastDetail().contains("topic"), status.lastDetail());
        assertFalse(subscriptions.isAnnounced(mailbox.key()));

        Instant since = known().since();
        long tries = gmail.calls(GmailCall.WATCH);
        await().atMost(LIMIT).until(() -> gmail.calls(GmailCall.WATCH) > tries + 2);
        assertEquals(List.of("subscription_failing"), alerts.of(mailbox));
        assertEquals(since, known().since(), "the same trouble is written once");
        assertListedEveryMinute();

        gmail.addTopic(missing);
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.ACTIVE);
        awaitRestored();
        assertEquals(ListenerState.SUBSCRIBED, subscriptions.status().getFirst().state());
    }

    @Test
    @DisplayName("a topic that is mistyped and put right again is active at once, not when it is time to watch anew")
    void keep_topicMistypedAndPutRight_isRestored() {
        keepUntilActive();
        Subscription before = known();
        mailbox = mailbox(mailbox.mailboxId(), TOPIC + "-mistyped-" + mailboxes);
        keep();
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.FAILING);
        mailbox = mailbox(mailbox.mailboxId(), TOPIC);
        keep();
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.ACTIVE);
        assertEquals(before.held().terms(), known().held().terms());
        assertEquals(TOPIC, only().topic());
        awaitRestored();
    }

    @Test
    @DisplayName("a user whose mailbox the service account may not open is told at once, and watched when it may")
    void keep_denied_isVisibleAndRestored() {
        gmail.denyUser(user());
        keep();
        await().atMost(LIMIT).until(() -> table.find(mailbox.key()).isPresent());
        assertEquals(Subscription.State.FAILING, known().state());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, known().code());
        assertEquals(List.of("subscription_failing"), alerts.of(mailbox));
        gmail.allowUser(user());
        await().atMost(LIMIT).until(() -> known().state() == Subscription.State.ACTIVE);
    }

    /** It is told after it is written. */
    private void awaitRestored() {
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertEquals(List.of("subscription_failing", "subscription_restored"), alerts.of(mailbox)));
    }

    private void assertListedEveryMinute() {
        keep();
        assertFalse(subscriptions.isAnnounced(mailbox.key()));
        for (int minute = 0; minute < 2; minute++) {
            awaitNoMoreListings();
            int before = listings().size();
            turn(Duration.ofSeconds(30));
            awaitNoMoreListings();
            assertEquals(before, listings().size(), "not sooner");
            turn(Duration.ofSeconds(40));
            await().atMost(LIMIT).until(() -> listings().size() == before + 1);
        }
    }

    /** As the share of mailboxes is told time and again. */
    private void keep() {
        subscriptions.keep(List.of(mailbox));
        ticks.keep(List.of(mailbox), subscriptions::isAnnounced);
    }

    private void keepUntilActive() {
        keep();
        await().atMost(LIMIT)
                .until(() -> table.find(mailbox.key())
                        .filter(each -> each.state() == Subscription.State.ACTIVE)
                        .isPresent());
        keep();
    }

    private void turn(Duration time) {
        clock.turn(time);
        gmail.advance(time);
    }

    /** A look is a second. */
    private void awaitNoMoreListings() {
        int[] seen = {listings().size()};
        await().during(Duration.ofSeconds(3)).atMost(LIMIT).until(() -> {
            int before = seen[0];
            seen[0] = listings().size();
            return before == seen[0];
        });
    }

    /** What the mailbox was to be listed for, in order. */
    private List<ChangesPointer> listings() {
        return sent.stream()
                .filter(record -> record.topic().equals(Topics.POINTERS.name()))
                .map(record -> PointerJobCodec.decode(record.key(), record.value()))
                .map(decoded -> ((PointerJobCodec.Decoded.Job) decoded).job())
                .filter(job -> job.mailbox().equals(mailbox.key()))
                .map(PointerJob::pointer)
                .map(ChangesPointer.class::cast)
                .toList();
    }

    private Subscription known() {
        return table.find(mailbox.key()).orElseThrow();
    }

    /** As Gmail says it. */
    private static Instant end(GmailWatch watch) {
        return watch.expiration().truncatedTo(ChronoUnit.MILLIS);
    }

    private GmailWatch only() {
        assertEquals(1, own().size());
        return own().getFirst();
    }

    private List<GmailWatch> own() {
        return gmail.watches().stream()
                .filter(each -> each.address().equals(user()))
                .toList();
    }

    private String user() {
        return mailbox.address();
    }

    private Subscriptions subscriptions(boolean callable) {
        return new Subscriptions(
                new SubscriptionKeeper.Tools(
                        new Subscribers(
                                new NoSubscriber(),
                                new GmailSubscriber(
                                        new GmailWatches(
                                                new GmailEndpoints(
                                                        Optional.of(gmail.url().resolve("gmail/v1/"))),
                                                new AccessTokens(
                                                        secrets,
                                                        TokenEndpoints.of(Optional.empty(), Optional.of(tokens.url())),
                                                        Clock.systemUTC()),
                                                clock),
                                        callable)),
                        table,
                        sender,
                        new SubscriptionSettings(Duration.ofDays(5), Duration.ofHours(24)),
                        WatchWorld.FAST,
                        new Semaphore(2),
                        ticks::listNow,
                        clock),
                new WatchMeters(new SimpleMeterRegistry()));
    }

    /** @param topic null for none */
    private static Mailbox mailbox(String name, String topic) {
        String address = name + "@acme.example";
        return new Mailbox(
                "acme",
                name,
                address,
                "inc-" + name,
                null,
                "k-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                new GoogleAccount(new CredentialReference("file:acme-gmail.json"), address, topic),
                false);
    }
}
