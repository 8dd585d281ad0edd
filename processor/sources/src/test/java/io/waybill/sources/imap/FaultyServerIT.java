package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.LOGIN;
import static io.waybill.sources.imap.ImapWorld.PASSWORD;
import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static io.waybill.sources.imap.ImapWorld.await;
import static io.waybill.sources.imap.ImapWorld.lines;
import static io.waybill.sources.imap.ImapWorld.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.sandbox.emulator.StoppedClock;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapFault;
import io.waybill.sandbox.imap.ImapMailbox;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that hang, close, refuse and throttle: each has its code, and harms nobody else. */
class FaultyServerIT {
    @TempDir
    Path directory;

    private FaultyImapServer server;
    private ImapMailbox inbox;
    private ImapMailSource source;
    private Mailbox mailbox;
    private ImapPointer pointer;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        inbox = server.addAccount(LOGIN, PASSWORD);
        // What hangs ends by the deadline, then, and not because a read has taken too long.
        source = ImapWorld.source(
                directory, ImapWorld.SETTINGS.withTimeouts(Duration.ofSeconds(5), Duration.ofMinutes(5)));
        mailbox = ImapWorld.mailbox(server.port());
        pointer = ImapPointer.of("INBOX", inbox.uidValidity(), inbox.append(mail("one", lines(5_000))));
    }

    @AfterEach
    void stop() {
        source.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "[AUTHENTICATIONFAILED] no such pair, CREDENTIALS_REFUSED",
        "[AUTHORIZATIONFAILED] not you, CREDENTIALS_REFUSED",
        "[EXPIRED] change it, CREDENTIALS_REFUSED",
        "[CONTACTADMIN] blocked, CREDENTIALS_REFUSED",
        "[PRIVACYREQUIRED] use TLS, CREDENTIALS_REFUSED",
        "[ALERT] Application-specific password required, CREDENTIALS_REFUSED",
        "sorry, CREDENTIALS_REFUSED",
        "[UNAVAILABLE] later, SOURCE_THROTTLED",
        "[INUSE] locked, SOURCE_THROTTLED",
        "[LIMIT] ten already, SOURCE_THROTTLED",
        "[OVERQUOTA] too much, SOURCE_THROTTLED",
        "[ALERT] Too many simultaneous connections. (Failure), SOURCE_THROTTLED",
        "Maximum number of connections from user+IP exceeded, SOURCE_THROTTLED",
        "[ALERT] Please log in via your web browser: https://support.example/ (Failure), CREDENTIALS_REFUSED",
        "[ALERT] Your account is not enabled for IMAP use. Please visit your settings (Failure), CREDENTIALS_REFUSED",
        "[ALERT] Too many login failures, CREDENTIALS_REFUSED",
        "AUTHENTICATE failed., CREDENTIALS_REFUSED",
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure), CREDENTIALS_REFUSED",
        "[UNAVAILABLE] Temporary authentication failure. [host:2026-01-01 00:00:00], SOURCE_THROTTLED",
        "[LIMIT] Rate limit hit., SOURCE_THROTTLED",
        "[ALERT] Account exceeded command or bandwidth limits. (Failure), SOURCE_THROTTLED",
        "[ALERT] Temporary System Problem.  Try again later (Failure), SOURCE_THROTTLED",
        "[ALERT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10),"
                + " SOURCE_THROTTLED",
        "Server Unavailable. 15, SOURCE_THROTTLED",
        "[SERVERBUG] oops, SOURCE_ERROR",
    })
    void fetch_loginAnsweredNo_hasTheCodeOfItsReason(String text, FailureCode code) {
        server.inject(new ImapFault.No("LOGIN", text));
        Failure failure = failed();
        assertEquals(code, failure.code());
        assertFalse(failure.detail().contains(text), failure.detail());
    }

    @ParameterizedTest
    @CsvSource({
        "EXAMINE, [UNAVAILABLE] later, SOURCE_THROTTLED",
        "EXAMINE, [NOPERM] not yours, CREDENTIALS_REFUSED",
        "EXAMINE, cannot, SOURCE_ERROR",
        "FETCH, [LIMIT] slow down, SOURCE_THROTTLED",
        "FETCH, cannot, SOURCE_ERROR",
    })
    void fetch_commandAnsweredNo_hasTheCodeOfItsReason(String command, String text, FailureCode code) {
        server.inject(new ImapFault.No(command, text));
        assertEquals(code, failed().code());
    }

    @Test
    void fetch_throttledByBad_waitsAsLongAsTheServerSays() {
        try (ScriptedServer throttling = new ScriptedServer(command -> command.startsWith("LOGIN")
                ? "% BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n"
                : ScriptedServer.usual(command))) {
            Failure failure = failure(source.fetch(ImapWorld.mailbox(throttling.port()), pointer, WITHIN));
            assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
            assertEquals(Optional.of(Duration.ofMillis(92_415)), failure.retryAfter());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOGIN", "UID FETCH"})
    void fetch_throttledMailbox_isNotAskedAgainBeforeItsTime(String command) {
        AtomicInteger logins = new AtomicInteger();
        try (ScriptedServer throttling = new ScriptedServer(said -> {
            if (said.startsWith("LOGIN")) {
                logins.incrementAndGet();
            }
            return said.startsWith(command)
                    ? "% BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n"
                    : ScriptedServer.usual(said);
        })) {
            Mailbox throttled = ImapWorld.mailbox(throttling.port());
            ImapPointer there = ImapPointer.of("INBOX", 5, 7);
            assertTrue(failure(source.fetch(throttled, there, WITHIN)).asked());
            Failure again = failure(source.fetch(throttled, there, WITHIN));
            assertEquals(FailureCode.SOURCE_THROTTLED, again.code());
            assertFalse(again.asked());
            Duration left = again.retryAfter().orElseThrow();
            assertTrue(left.toMillis() > 60_000 && left.toMillis() <= 92_415, left.toString());
            assertEquals(1, logins.get());
        }
        // The account's, not the mailbox's: configured anew, it is another's.
        assertInstanceOf(FetchResult.Fetched.class, source.fetch(mailbox, pointer, WITHIN))
                .discard();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NO [LIMIT] ten already",
                "NO [UNAVAILABLE] later",
                "NO [ALERT] Too many simultaneous connections. (Failure)",
                "NO [ALERT] Account exceeded command or bandwidth limits. (Failure)",
                "BAD Request is throttled.",
            })
    @DisplayName(
            "where the server does not say for how long, it is asked again after a pause that grows, and by one job")
    void fetch_throttledWithoutATime_isLeftAloneForAWhile(String text) {
        StoppedClock clock = new StoppedClock();
        AtomicInteger logins = new AtomicInteger();
        try (ScriptedServer throttling = new ScriptedServer(said -> {
                    if (!said.startsWith("LOGIN")) {
                        return ScriptedServer.usual(said);
                    }
                    logins.incrementAndGet();
                    return "% " + text + "\r\n";
                });
                ImapMailSource patient = ImapWorld.sourceWithKey(directory, clock)) {
            Mailbox throttled = ImapWorld.mailbox(throttling.port());
            ImapPointer there = ImapPointer.of("INBOX", 5, 7);
            int times = 0;
            for (int seconds : List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300)) {
                Failure refused = failure(patient.fetch(throttled, there, WITHIN));
                assertTrue(refused.asked());
                assertEquals(Optional.empty(), refused.retryAfter());
                for (int i = 0; i < 20; i++) {
                    Failure early = failure(patient.fetch(throttled, there, WITHIN));
                    assertEquals(FailureCode.SOURCE_THROTTLED, early.code());
                    assertFalse(early.asked(), "it costs no attempt");
                    long left = early.retryAfter().orElseThrow().toMillis();
                    assertTrue(left >= seconds * 500L && left <= seconds * 1_000L, left + " of " + seconds + " s");
                }
                assertEquals(++times, logins.get());
                clock.turn(Duration.ofSeconds(seconds));
            }
        }
    }

    @Test
    void fetch_throttledAgainAfterASuccess_isLeftAloneForASecondOnly() {
        StoppedClock clock = new StoppedClock();
        server.inject(new ImapFault.No("FETCH", "[LIMIT] slow down"), 4);
        try (ImapMailSource patient = ImapWorld.sourceWithKey(directory, clock)) {
            for (int i = 0; i < 4; i++) {
                assertTrue(failure(patient.fetch(mailbox, pointer, WITHIN)).asked());
                clock.turn(Duration.ofSeconds(8));
            }
            assertInstanceOf(FetchResult.Fetched.class, patient.fetch(mailbox, pointer, WITHIN))
                    .discard();
            server.inject(new ImapFault.No("FETCH", "[LIMIT] slow down"), 1);
            assertTrue(failure(patient.fetch(mailbox, pointer, WITHIN)).asked());
            assertFalse(failure(patient.fetch(mailbox, pointer, WITHIN)).asked());
            clock.turn(Duration.ofSeconds(1));
            assertInstanceOf(FetchResult.Fetched.class, patient.fetch(mailbox, pointer, WITHIN))
                    .discard();
        }
    }

    @Test
    void fetch_byeInPlaceOfALogin_hasTheCodeOfItsReason() {
        server.inject(new ImapFault.Bye("LOGIN", "[AUTHENTICATIONFAILED] no"), 1);
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failed().code());
        server.inject(new ImapFault.Bye("LOGIN", "[ALERT] Too many simultaneous connections. (Failure)"), 1);
        assertEquals(FailureCode.SOURCE_THROTTLED, failed().code());
    }

    @Test
    void fetch_wrongPassword_isCredentialsRefused() {
        server.changePassword(LOGIN, "another");
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failed().code());
    }

    @Test
    void fetch_missingCredential_namesTheReferenceAndDoesNotConnect() {
        Mailbox unknown = ImapWorld.mailbox(
                ImapWorld.account("127.0.0.1", server.port(), "WAYBILL_SECRET_NOWHERE"), MailboxLimits.DEFAULTS);
        Failure failure = failure(source.fetch(unknown, pointer, WITHIN));
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
        assertTrue(failure.detail().contains("env:WAYBILL_SECRET_NOWHERE"), failure.detail());
        assertEquals(0, server.connectionsAccepted());
    }

    @Test
    void fetch_unknownHost_isUnreachable() {
        Mailbox nowhere = ImapWorld.mailbox(
                ImapWorld.account("host.invalid", server.port(), "WAYBILL_SECRET_SUPPORT"), MailboxLimits.DEFAULTS);
        assertEquals(
                FailureCode.SOURCE_UNREACHABLE,
                failure(source.fetch(nowhere, pointer, WITHIN)).code());
    }

    @Test
    void fetch_serverDown_isUnreachable() {
        server.stop();
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failed().code());
    }

    @Test
    void fetch_byeAtGreeting_isUnreachableOrThrottledByItsReason() {
        server.inject(new ImapFault.ByeAtGreeting("see you"), 1);
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failed().code());
        server.inject(new ImapFault.ByeAtGreeting("[UNAVAILABLE] too busy"), 1);
        assertEquals(FailureCode.SOURCE_THROTTLED, failed().code());
    }

    @Test
    void fetch_noGreeting_isUnreachableWithinTheReadTimeout() {
        ImapSettings impatient = ImapWorld.SETTINGS.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));
        server.inject(new ImapFault.NoGreeting());
        try (ImapMailSource hasty = ImapWorld.source(directory, impatient)) {
            assertEquals(
                    FailureCode.SOURCE_UNREACHABLE,
                    failure(hasty.fetch(mailbox, pointer, WITHIN)).code());
        }
    }

    @ParameterizedTest
    @CsvSource({"LOGIN", "EXAMINE", "FETCH"})
    void fetch_connectionClosedMidway_isUnreachable(String command) {
        server.inject(new ImapFault.Drop(command));
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failed().code());
    }

    @Test
    void fetch_connectionClosedInTheBody_isUnreachableAndGivesBackItsRoom() {
        server.inject(new ImapFault.DropInBody(1_000), 1);
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failed().code());
        fetched();
    }

    @ParameterizedTest
    @CsvSource({"LOGIN", "EXAMINE", "FETCH"})
    @DisplayName("a server that hangs ends with the deadline, and its socket is closed")
    void fetch_serverHangs_endsWithTheDeadline(String command) {
        server.inject(new ImapFault.Hang(command));
        long begin = System.nanoTime();
        Failure failure = failure(source.fetch(mailbox, pointer, Duration.ofMillis(800)));
        assertEquals(FailureCode.DEADLINE_EXCEEDED, failure.code());
        assertTrue(Duration.ofNanos(System.nanoTime() - begin).toMillis() < 10_000);
        await().untilAsserted(() -> assertEquals(0, server.connections()));
    }

    @Test
    void fetch_serverHangsInTheBody_endsWithTheDeadline() {
        server.inject(new ImapFault.HangInBody(1_000));
        assertEquals(
                FailureCode.DEADLINE_EXCEEDED,
                failure(source.fetch(mailbox, pointer, Duration.ofMillis(800))).code());
        await().untilAsserted(() -> assertEquals(0, server.connections()));
    }

    @Test
    void fetch_callerInterrupted_closesTheSocketAndStaysInterrupted() throws InterruptedException {
        server.inject(new ImapFault.Hang("FETCH"));
        AtomicReference<FetchResult> result = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            result.set(source.fetch(mailbox, pointer, WITHIN));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        await().untilAsserted(() -> assertEquals(1, server.count("FETCH")));
        caller.interrupt();
        assertTrue(caller.join(Duration.ofSeconds(10)));
        assertEquals(FailureCode.DEADLINE_EXCEEDED, failure(result.get()).code());
        assertTrue(interrupted.get());
        await().untilAsserted(() -> assertEquals(0, server.connections()));
    }

    @Test
    void fetch_answeredWithAnotherUid_isSourceError() {
        server.inject(new ImapFault.FetchUnderOtherUid(4711));
        assertEquals(FailureCode.SOURCE_ERROR, failed().code());
    }

    @Test
    void list_loginRefused_isCredentialsRefusedAtStageList() {
        server.inject(ImapFault.loginRefused());
        ListResult result = source.list(mailbox, "INBOX", Optional.empty(), Optional.empty(), Optional.empty(), WITHIN);
        Failure failure = assertInstanceOf(ListResult.Failed.class, result).failure();
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
    }

    @Test
    void list_searchRefused_isSourceErrorAndSearchesNothingItself() {
        server.inject(new ImapFault.No("SEARCH", "too hard"));
        ListResult result = source.list(mailbox, "INBOX", Optional.empty(), Optional.empty(), Optional.empty(), WITHIN);
        assertEquals(
                FailureCode.SOURCE_ERROR,
                assertInstanceOf(ListResult.Failed.class, result).failure().code());
        assertEquals(0, server.count("FETCH"));
    }

    @Test
    void fetch_pooledConnectionClosedByTheServer_succeedsOnAFreshOne() {
        fetched();
        server.dropConnections();
        fetched();
        assertEquals(2, server.logins());
    }

    @Test
    void fetch_oneAfterTheOther_sharesAConnection() {
        fetched();
        fetched();
        assertEquals(1, server.logins());
    }

    @Test
    void fetch_idleConnection_isClosedAfterAWhile() {
        ImapSettings settings = new ImapSettings(
                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(200), 8, 65_536);
        try (ImapMailSource brief = ImapWorld.source(directory, settings)) {
            assertInstanceOf(FetchResult.Fetched.class, brief.fetch(mailbox, pointer, WITHIN))
                    .mail()
                    .close();
            await().untilAsserted(() -> assertEquals(0, server.connections()));
            assertEquals(1, server.count("LOGOUT"));
        }
    }

    @Test
    void fetch_passwordChanged_usesTheNewOneForTheNextConnection() {
        server.changePassword(LOGIN, "wrong");
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failed().code());
        Mailbox rotated = ImapWorld.mailbox(
                ImapWorld.account("127.0.0.1", server.port(), "WAYBILL_SECRET_WRONG"), MailboxLimits.DEFAULTS);
        assertInstanceOf(FetchResult.Fetched.class, source.fetch(rotated, pointer, WITHIN))
                .mail()
                .close();
    }

    @Test
    @DisplayName("a mailbox never has more connections than its permits, however many ask")
    void fetch_manyAtOnce_staysWithinThePermits() throws Exception {
        server.inject(new ImapFault.Delay("FETCH", Duration.ofMillis(20)));
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<FetchResult>> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                boolean again = i % 3 == 0;
                results.add(many.submit(() -> {
                    if (again) {
                        source.relocate(mailbox, ImapPointer.of("INBOX", inbox.uidValidity(), 99), WITHIN);
                    }
                    return source.fetch(mailbox, pointer, WITHIN);
                }));
            }
            for (Future<FetchResult> result : results) {
                assertInstanceOf(FetchResult.Fetched.class, result.get()).mail().close();
            }
        }
        assertEquals(2, server.mostConnections(LOGIN));
    }

    @Test
    void fetch_noRoomInTime_saysSo() throws Exception {
        ByteBudget budget = new ByteBudget(1 << 20, 1 << 20);
        try (ImapMailSource crowded = new ImapMailSource(
                        new ImapConnector(ImapWorld.SECRETS, ImapWorld.SETTINGS),
                        budget,
                        directory.resolve("spool"),
                        Clock.systemUTC());
                ByteBudget.Reservation _ = budget.disk(1 << 20)) {
            Failure failure = failure(crowded.fetch(mailbox, pointer, Duration.ofSeconds(1)));
            assertEquals(FailureCode.DEADLINE_EXCEEDED, failure.code());
            assertTrue(failure.detail().contains("room for a message of"), failure.detail());
        }
        await().untilAsserted(() -> assertEquals(0, budget.diskInUse()));
    }

    @Test
    @DisplayName("a server that hangs holds up its own mailbox only")
    void fetch_neighbourOfAHangingServer_isUnharmed() throws Exception {
        server.inject(new ImapFault.NoGreeting());
        try (FaultyImapServer healthy = FaultyImapServer.start();
                ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            ImapMailbox other = healthy.addAccount(LOGIN, PASSWORD);
            ImapPointer there = ImapPointer.of("INBOX", other.uidValidity(), other.append(mail("other")));
            List<Future<FetchResult>> hanging = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                hanging.add(many.submit(() -> source.fetch(mailbox, pointer, Duration.ofSeconds(4))));
            }
            await().until(() -> server.connectionsAccepted() > 0);
            Mailbox neighbour = new Mailbox(
                    "other",
                    "box",
                    "box@example.com",
                    "inc2",
                    List.of(),
                    "k2",
                    mailbox.since(),
                    List.of("tickets"),
                    MailboxLimits.DEFAULTS,
                    ImapWorld.account("localhost", healthy.port(), "WAYBILL_SECRET_SUPPORT"),
                    false);
            assertInstanceOf(FetchResult.Fetched.class, source.fetch(neighbour, there, Duration.ofSeconds(3)))
                    .mail()
                    .close();
            for (Future<FetchResult> each : hanging) {
                assertInstanceOf(FetchResult.Failed.class, each.get());
            }
        }
    }

    private void fetched() {
        assertInstanceOf(FetchResult.Fetched.class, source.fetch(mailbox, pointer, WITHIN))
                .mail()
                .close();
    }

    private Failure failed() {
        return failure(source.fetch(mailbox, pointer, WITHIN));
    }

    private static Failure failure(FetchResult result) {
        return assertInstanceOf(FetchResult.Failed.class, result).failure();
    }
}
