package io.waybill.watch;

import static io.waybill.watch.WatchWorld.PASSWORD;
import static io.waybill.watch.WatchWorld.mail;
import static io.waybill.watch.WatchWorld.mailbox;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapSignIn;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapFault;
import io.waybill.sandbox.imap.ImapMailbox;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.oauth.TokenEndpoints;
import io.waybill.watch.FakeIngress.Answer;
import io.waybill.watch.FakeIngress.Posted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener's life between a mail server and the ingress, both of which go wrong. */
class FolderListenerIT {
    private static final String K = "k-support";

    @TempDir
    Path directory;

    private FaultyImapServer server;
    private ImapMailbox inbox;
    private Mailbox support;
    private WatchWorld world;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        inbox = server.addAccount("support", PASSWORD);
        support = mailbox("support", server.port());
        world = new WatchWorld();
    }

    @AfterEach
    void stop() {
        world.close();
        server.close();
    }

    @Test
    void listen_atFirst_asksForAListingAndPushesOnlyWhatComesThen() {
        inbox.append(mail("was there before"));
        listening();
        assertEquals(1, world.ingress.acceptedChanges(K));
        assertEquals(List.of(), world.ingress.acceptedUids(K));
        long uid = inbox.append(mail("came"));
        awaitUids(uid);
        Posted post = world.ingress.accepted().getLast();
        assertTrue(post.signed());
        assertEquals(inbox.uidValidity(), post.notification().uidValidity());
        assertEquals("INBOX", post.notification().folder());
    }

    @Test
    @DisplayName("A01 (i) a push carries the hash of each message's Message-ID where the installation has a key, and no"
            + " Message-ID")
    void push_withInstallKey_carriesTheHashes() {
        try (WatchWorld keyed = new WatchWorld(WatchWorld.FAST, WatchWorld.withKey(directory))) {
            keyed.listeners.keep(List.of(support));
            await().until(() ->
                    keyed.ingress.acceptedChanges(K) == 1 && keyed.only().state() == ListenerState.IDLE);
            keyed.ingress.answerAlways(new Answer(503, null));
            inbox.append(mail("first"));
            await().until(() -> keyed.ingress.posts().size() > 1);
            inbox.append(withId("second@example.com"));
            inbox.append(mail("third"));
            keyed.ingress.answerAlways(new Answer(202, null));
            await().until(() -> keyed.ingress.acceptedUids(K).size() == 3);
            List<Posted> pushes = keyed.ingress.accepted().stream()
                    .filter(post -> post.notification().uids() != null)
                    .toList();
            assertNull(pushes.getFirst().notification().messageIdHashes(), "none of them has an id");
            assertEquals(
                    Arrays.asList(WatchWorld.hashOf("second@example.com"), null),
                    pushes.getLast().notification().messageIdHashes());
        }
    }

    @Test
    void push_serverThatRefusesTheQuestion_isPushedWithoutHashes() {
        try (WatchWorld keyed = new WatchWorld(WatchWorld.FAST, WatchWorld.withKey(directory))) {
            keyed.listeners.keep(List.of(support));
            await().until(() ->
                    keyed.ingress.acceptedChanges(K) == 1 && keyed.only().state() == ListenerState.IDLE);
            server.inject(new ImapFault.No("FETCH", "what is that"));
            long uid = inbox.append(withId("id@example.com"));
            await().until(() -> keyed.ingress.acceptedUids(K).equals(List.of(uid)));
            assertNull(keyed.ingress.accepted().getLast().notification().messageIdHashes());
        }
    }

    @Test
    void listen_byAccessToken_signsInAsTheProcessorDoes() {
        try (TokenServer tokens = TokenServer.start();
                WatchWorld byToken = new WatchWorld(
                        WatchWorld.FAST,
                        WatchWorld.SECRETS,
                        TokenEndpoints.of(Optional.of(tokens.url()), Optional.of(tokens.url())))) {
            tokens.addApp("contoso.example", "app-1", PASSWORD);
            server.allowTokens("support", tokens::isValid);
            byToken.listeners.keep(List.of(WatchWorld.mailbox(
                    "support",
                    server.port(),
                    new ImapSignIn.MicrosoftApp(
                            "contoso.example", "app-1", new CredentialReference("env:WAYBILL_SECRET_MAIL")))));
            await().until(() -> byToken.ingress.acceptedChanges(K) == 1);
            assertEquals(1, server.count("AUTHENTICATE"));
            tokens.revokeAll();
            server.dropConnections();
            await().until(() -> byToken.ingress.acceptedChanges(K) == 2);
            assertEquals(2, tokens.requests().size());
        }
    }

    private static byte[] withId(String id) {
        return ("Message-ID: <" + id + ">\r\n\r\nHello.\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void listen_burst_pushesEachOnceInOrder() {
        listening();
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            expected.add(inbox.append(mail("n" + i)));
        }
        awaitUids(expected.toArray(Long[]::new));
    }

    @Test
    void listen_moreThanOneNotificationTakes_pushesInBatches() {
        world.ingress.answerAlways(new Answer(503, null));
        world.listeners.keep(List.of(support));
        await().until(() -> !world.ingress.posts().isEmpty());
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < 2_100; i++) {
            expected.add(inbox.append(mail("n" + i)));
        }
        world.ingress.answerAlways(new Answer(202, null));
        awaitUids(expected.toArray(Long[]::new));
        assertTrue(world.ingress.accepted().stream()
                .allMatch(post -> post.notification().uids() == null
                        || post.notification().uids().size() <= 1_000));
    }

    @Test
    @DisplayName("A04 a push is repeated with the same uids until 2xx, and Retry-After is honoured")
    void push_notAccepted_isRepeatedWithTheSameUids() {
        listening();
        world.ingress.answerNext(
                new Answer(503, "1"), new Answer(500, null), new Answer(429, null), new Answer(503, null));
        long uid = inbox.append(mail("held up"));
        awaitUids(uid);
        List<Posted> tries = world.ingress.posts().stream()
                .filter(post -> post.notification().uids() != null)
                .toList();
        assertEquals(5, tries.size());
        assertEquals(5, tries.stream().map(Posted::id).distinct().count(), "each try is signed anew");
        assertTrue(tries.stream()
                .allMatch(post -> post.signed()
                        && post.notification().equals(tries.getFirst().notification())));
        Duration waited = Duration.between(tries.get(0).at(), tries.get(1).at());
        assertTrue(waited.toMillis() >= 950, "waited " + waited);
        assertEquals(4, world.count("waybill.watch.repeats"));
    }

    @Test
    @DisplayName("A04 while the ingress is down nothing is lost, and what came meanwhile follows in order")
    void push_ingressDown_catchesUp() {
        listening();
        world.ingress.answerAlways(new Answer(503, null));
        long first = inbox.append(mail("first"));
        await().until(() -> world.ingress.posts().stream()
                        .filter(post -> post.notification().uids() != null)
                        .count()
                > 2);
        long second = inbox.append(mail("second"));
        long third = inbox.append(mail("third"));
        world.ingress.answerAlways(new Answer(202, null));
        awaitUids(first, second, third);
    }

    @Test
    void push_refusedForGood_isTriedAgainSlowly() {
        listening();
        world.ingress.answerNext(new Answer(401, null), new Answer(400, null));
        long uid = inbox.append(mail("refused"));
        awaitUids(uid);
        List<Posted> tries = world.ingress.posts().stream()
                .filter(post -> post.notification().uids() != null)
                .toList();
        assertTrue(Duration.between(tries.get(0).at(), tries.get(1).at()).toMillis() >= 950);
    }

    @Test
    @DisplayName("T24 where the server has no IDLE the folder is polled")
    void listen_serverWithoutIdle_polls() {
        server.inject(new ImapFault.Without("IDLE"));
        world.listeners.keep(List.of(support));
        await().until(() -> world.only().state() == ListenerState.POLLING);
        long uid = inbox.append(mail("polled"));
        awaitUids(uid);
        assertEquals(0, server.count("IDLE"));
    }

    @Test
    @DisplayName("T24 where the server announces IDLE and refuses it the folder is polled")
    void listen_serverRefusesIdle_polls() {
        server.inject(new ImapFault.No("IDLE", "not today"));
        world.listeners.keep(List.of(support));
        await().until(() -> world.only().state() == ListenerState.POLLING);
        long uid = inbox.append(mail("polled"));
        awaitUids(uid);
        assertEquals(1, server.logins());
    }

    @Test
    void listen_serverThatTellsNothingOfWhatCameAsItBeganToWait_isAskedAgainSoon() {
        server.inject(new ImapFault.DeafIdle());
        listening();
        // The watchdog's look is 30 s away.
        long uid = inbox.append(mail("came unseen"));
        awaitUids(uid);
    }

    @Test
    @DisplayName("T25 a connection that fell silent in IDLE is found within watchdog and read timeout")
    void listen_blackHole_recoversWithinWatchdogAndTimeout() {
        world.close();
        world = new WatchWorld(WatchWorld.fast(Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ofMillis(300)));
        listening();
        server.silenceConnections();
        Instant silent = Instant.now();
        inbox.append(mail("nobody told"));
        await().atMost(Duration.ofSeconds(20)).until(() -> world.ingress.acceptedChanges(K) == 2);
        Duration took = Duration.between(silent, Instant.now());
        assertTrue(took.toMillis() < 15_000, "took " + took);
        assertTrue(took.toMillis() > 1_000, "took " + took);
        await().until(() -> world.only().state() == ListenerState.IDLE);
        long uid = inbox.append(mail("told again"));
        awaitUids(uid);
    }

    @Test
    @DisplayName("T27 a refused login is tried rarely, and heals by itself")
    void listen_loginRefused_doesNotHammer() {
        server.inject(ImapFault.loginRefused());
        Instant began = Instant.now();
        world.listeners.keep(List.of(support));
        await().until(() -> server.refusedLogins() == 2);
        Duration took = Duration.between(began, Instant.now());
        assertTrue(took.toMillis() >= 1_950, "took " + took);
        // The server has said so; the listener has yet to hear it.
        await().until(() -> world.only().state() == ListenerState.RETRYING);
        assertEquals(FailureCode.CREDENTIALS_REFUSED, world.only().lastError());
        server.heal();
        await().until(() -> world.ingress.acceptedChanges(K) == 1);
        assertEquals(null, world.only().lastError());
        assertEquals(2, world.count("waybill.watch.reconnects", "code", FailureCode.CREDENTIALS_REFUSED.name()));
    }

    @Test
    void listen_throttled_waitsAsLongAsTheServerSays() {
        Duration asked = Duration.ofSeconds(4);
        try (ThrottlingServer throttling = new ThrottlingServer(asked)) {
            world.listeners.keep(List.of(mailbox("support", throttling.port())));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> throttling.logins().size() > 1);
            Duration took = Duration.between(
                    throttling.logins().get(0), throttling.logins().get(1));
            assertTrue(took.compareTo(asked) >= 0, "took " + took);
        }
    }

    @Test
    void listen_passwordMended_signsInAtOnce(@TempDir Path secrets) throws IOException {
        CredentialReference reference = new CredentialReference("file:late.password");
        Secrets own = new Secrets(Map.of("WAYBILL_SECRET_CALLBACK", FakeIngress.SECRET_TEXT), secrets);
        WatchSettings patient = new WatchSettings(
                WatchWorld.FAST.tick(),
                Duration.ofMinutes(1),
                WatchWorld.FAST.watchdog(),
                WatchWorld.FAST.poll(),
                WatchWorld.FAST.connectTimeout(),
                WatchWorld.FAST.readTimeout(),
                WatchWorld.FAST.firstRetry(),
                WatchWorld.FAST.longestRetry(),
                Duration.ofHours(1),
                WatchWorld.FAST.refusedPush(),
                WatchWorld.FAST.healthyAfter(),
                WatchWorld.FAST.quiet());
        try (WatchWorld other = new WatchWorld(patient, own)) {
            other.listeners.keep(
                    List.of(WatchWorld.mailbox("support", server.port(), new ImapSignIn.Password(reference), "INBOX")));
            await().until(() -> other.only().lastError() == FailureCode.CREDENTIALS_REFUSED);
            assertTrue(
                    other.only().lastDetail().contains("file:late.password"),
                    other.only().lastDetail());
            Files.writeString(secrets.resolve("late.password"), WatchWorld.PASSWORD + "\n");
            await().until(() -> other.only().state() == ListenerState.IDLE);
            assertEquals(null, other.only().lastDetail());
        }
    }

    @Test
    void listen_bye_reconnectsAndAsksForAListing() {
        listening();
        server.byeConnections("maintenance");
        await().until(() -> world.ingress.acceptedChanges(K) == 2);
        awaitIdle(2);
        awaitUids(inbox.append(mail("after the farewell")));
    }

    @Test
    void listen_serverRestarts_reconnectsAndAsksForAListing() {
        listening();
        server.stop();
        await().until(() -> world.only().state() == ListenerState.RETRYING);
        await().until(() -> world.count("waybill.watch.reconnects") >= 3);
        inbox.append(mail("while it was down"));
        server.startAgain();
        await().until(() -> world.ingress.acceptedChanges(K) == 2);
        awaitUids(inbox.append(mail("after")));
    }

    @Test
    void listen_newUidValidity_asksForAListingUnderIt() {
        listening();
        inbox.append(mail("one"));
        await().until(() -> world.ingress.acceptedUids(K).size() == 1);
        inbox.renumber();
        server.dropConnections();
        await().until(() -> world.ingress.acceptedChanges(K) == 2);
        awaitIdle(2);
        inbox.append(mail("two"));
        await().until(() -> world.ingress.acceptedUids(K).size() == 2);
        assertEquals(
                inbox.uidValidity(),
                world.ingress.accepted().getLast().notification().uidValidity());
    }

    @Test
    void listen_newUidValidityWithoutAnyWord_isNoticedByLooking() {
        server.inject(new ImapFault.Without("IDLE"));
        world.listeners.keep(List.of(support));
        await().until(() -> world.only().state() == ListenerState.POLLING);
        inbox.renumber();
        await().until(() -> world.ingress.acceptedChanges(K) == 2);
    }

    @Test
    void listen_tick_asksForAListing() {
        world.close();
        world = new WatchWorld(WatchWorld.fast(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMillis(300)));
        world.listeners.keep(List.of(support));
        await().until(() -> world.ingress.acceptedChanges(K) >= 4);
        assertEquals(1, server.logins());
    }

    @Test
    @DisplayName("a server that says in IDLE that it is still there puts off neither the tick nor the look")
    void listen_serverThatKeepsTheLineOpen_ticksAndLooks() {
        world.close();
        world = new WatchWorld(WatchWorld.fast(Duration.ofMillis(500), Duration.ofMillis(300), Duration.ofMinutes(1)));
        server.inject(new ImapFault.StillHere(Duration.ofMillis(100)));
        world.listeners.keep(List.of(support));
        await().until(() -> world.ingress.acceptedChanges(K) >= 4);
        await().until(() -> server.count("IDLE") >= 4 && server.count("EXAMINE") >= 4);
        assertEquals(1, server.logins());
        assertEquals(List.of(), world.ingress.acceptedUids(K));
    }

    @Test
    void keep_severalFolders_listensToEach() {
        ImapMailbox archive = server.folder("support", "Archive");
        world.listeners.keep(List.of(mailbox("support", server.port(), "INBOX", "Archive")));
        await().until(() -> world.listeners.status().stream()
                        .filter(each -> each.state() == ListenerState.IDLE)
                        .count()
                == 2);
        archive.append(mail("filed"));
        await().until(() -> world.ingress.acceptedUids(K).size() == 1);
        assertEquals(
                "Archive", world.ingress.accepted().getLast().notification().folder());
    }

    @Test
    void keep_mailboxGivenAway_closesItsConnectionAtOnce() {
        listening();
        world.listeners.keep(List.of());
        await().until(() -> server.connections() == 0);
        assertEquals(List.of(), world.listeners.status());
    }

    @Test
    void keep_mailboxRemoved_stopsListening() {
        listening();
        world.listeners.keep(List.of(support.asRemoved()));
        await().until(() -> server.connections() == 0);
    }

    @Test
    @DisplayName("A24 a paused mailbox rests, and after resuming it is listed")
    void keep_mailboxPaused_restsUntilResumed() {
        listening();
        world.directory.pause(support.key());
        world.listeners.keep(List.of(support));
        await().until(() -> server.connections() == 0);
        assertEquals(ListenerState.PAUSED, world.only().state());
        inbox.append(mail("while it rests"));
        world.directory.resume(support.key());
        world.listeners.keep(List.of(support));
        await().until(() -> world.ingress.acceptedChanges(K) == 2);
        assertEquals(List.of(), world.ingress.acceptedUids(K), "the listing finds it");
    }

    @Test
    void keep_mailboxConfiguredAnew_listensUnderTheNewConfiguration() {
        listening();
        server.addAccount("help", PASSWORD);
        Mailbox help = mailbox("help", server.port());
        Mailbox renamed = new Mailbox(
                support.tenantId(),
                support.mailboxId(),
                support.address(),
                "inc-2",
                List.of(support.incarnation()),
                support.k(),
                support.since(),
                support.handlers(),
                support.limits(),
                help.source(),
                false);
        world.listeners.keep(List.of(renamed));
        await().until(() -> server.mostConnections("help") == 1 && server.connections() == 1);
    }

    @Test
    void listen_faultOfOurs_goesOnAfterAPause() {
        FaultyClock clock = new FaultyClock();
        try (WatchWorld faulty = new WatchWorld(clock)) {
            faulty.listeners.keep(List.of(support));
            await().until(() -> faulty.ingress.acceptedChanges(K) == 1);
            clock.next(() -> {
                throw new IllegalStateException("a fault");
            });
            clock.next(() -> {
                throw new StackOverflowError("another");
            });
            inbox.append(mail("meanwhile"));
            await().until(() -> faulty.ingress.acceptedChanges(K) == 2);
        }
    }

    @Test
    void keep_listenerThatHasEnded_isStartedAgain() {
        FaultyClock clock = new FaultyClock();
        try (WatchWorld faulty = new WatchWorld(clock)) {
            faulty.listeners.keep(List.of(support));
            await().until(() -> faulty.ingress.acceptedChanges(K) == 1);
            clock.next(() -> Thread.currentThread().interrupt());
            inbox.append(mail("meanwhile"));
            await().until(() -> {
                faulty.listeners.keep(List.of(support));
                return faulty.ingress.acceptedChanges(K) == 2;
            });
        }
    }

    @Test
    void keep_neighbourOfAHangingServer_isUnharmed() {
        try (FaultyImapServer healthy = FaultyImapServer.start()) {
            ImapMailbox other = healthy.addAccount("other", PASSWORD);
            server.inject(new ImapFault.Hang("LOGIN"));
            world.listeners.keep(List.of(support, mailbox("other", healthy.port())));
            await().until(() -> world.ingress.acceptedChanges("k-other") == 1);
            await().until(() -> world.listeners.status().getFirst().state() == ListenerState.IDLE);
            other.append(mail("fine"));
            await().until(() -> world.ingress.acceptedUids("k-other").size() == 1);
        }
    }

    @Test
    void push_noSecret_isNotSentUnsigned() {
        ImapAccount account = (ImapAccount) support.source();
        Mailbox unsigned = new Mailbox(
                support.tenantId(),
                support.mailboxId(),
                support.address(),
                support.incarnation(),
                List.of(),
                support.k(),
                support.since(),
                support.handlers(),
                support.limits(),
                new ImapAccount(
                        account.host(),
                        account.port(),
                        account.tls(),
                        account.username(),
                        account.signIn(),
                        null,
                        null),
                false);
        world.listeners.keep(List.of(unsigned));
        await().until(() -> world.only().state() == ListenerState.PUSHING);
        assertFalse(world.ingress.posts().stream().anyMatch(_ -> true));
    }

    private void listening() {
        world.listeners.keep(List.of(support));
        awaitIdle(1);
    }

    /** Until the server has taken so many IDLE commands and the listener waits in the last one. */
    private void awaitIdle(int connection) {
        await().until(() -> server.logins() >= connection
                && !world.listeners.status().isEmpty()
                && world.only().state() == ListenerState.IDLE
                && server.commands().getLast().startsWith("IDLE"));
    }

    private void awaitUids(Long... uids) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertEquals(List.of(uids), world.ingress.acceptedUids(K)));
    }
}
