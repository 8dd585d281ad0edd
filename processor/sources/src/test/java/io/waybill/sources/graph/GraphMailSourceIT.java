package io.waybill.sources.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftAccount.SignIn;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.emulator.TurnedClock;
import io.waybill.sandbox.graph.GraphAnswer;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphFaults;
import io.waybill.sandbox.graph.GraphServer;
import io.waybill.sandbox.oauth.SelfSignedCertificate;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.ListResult.Next;
import io.waybill.sources.RawMail;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Mailboxes of Microsoft 365 as the emulator has them, with all that Graph answers. */
class GraphMailSourceIT {
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final String DIRECTORY = "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f";
    private static final String APP = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
    private static final String USER = "622eaaff-0683-4862-9de4-f2ec83c2bd98";
    private static final CredentialReference SECRET = new CredentialReference("env:WAYBILL_SECRET_GRAPH");
    /** What Graph says may quote mail, so it stands nowhere. */
    private static final String QUOTED = "a subject";

    private static final byte[] MAIL =
            "From: a@example.org\r\nSubject: hello\r\n\r\nbody\r\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final ByteBudget budget = new ByteBudget(16 << 20, 64 << 20);
    private TokenServer tokens;
    private GraphServer graph;
    private GraphMailSource source;
    private Mailbox mailbox;

    @BeforeEach
    void start() {
        tokens = TokenServer.start();
        tokens.addApp(DIRECTORY, APP, "swordfish");
        graph = GraphServer.start(0, token -> tokens.appOf(token, GraphServer.SCOPE));
        graph.addUser(USER, "support@acme.example");
        source = source(SharedApps.NONE);
        mailbox = mailbox(new MicrosoftAccount.ClientSecret(SECRET), MailboxLimits.DEFAULTS);
    }

    @AfterEach
    void stop() {
        source.close();
        graph.close();
        tokens.close();
        assertEquals(0, budget.memoryInUse());
        assertEquals(0, budget.diskInUse());
    }

    @Test
    void fetch_readsTheMailAsItWasSentAndWhenItCame() throws Exception {
        Instant came = mailbox.since().plusSeconds(3600);
        String id = graph.deliver(USER, "inbox", MAIL, came);
        try (RawMail mail = fetched(id)) {
            assertArrayEquals(MAIL, mail.open().readAllBytes());
            assertEquals(came, mail.receivedAt());
        }
    }

    @Test
    @DisplayName(
            "what came within the second of the mailbox's since is taken in, fetched and listed: Graph's times have"
                    + " no parts of it")
    void sinceWithinASecond_losesNothing() throws Exception {
        Instant second = mailbox.since();
        mailbox = mailbox(
                "support",
                USER,
                new MicrosoftAccount.ClientSecret(SECRET),
                MailboxLimits.DEFAULTS,
                second.plusMillis(500));
        String old = graph.deliver(USER, "inbox", MAIL, second.minusMillis(1));
        String id = graph.deliver(USER, "inbox", MAIL, second.plusMillis(900));
        fetched(id).close();
        assertEquals(List.of(id), list(Optional.empty()).found());
        assertInstanceOf(FetchResult.NotFound.class, source.fetch(mailbox, pointer(old), WITHIN));
    }

    @Test
    @DisplayName("a moved mail keeps its id, and is fetched from where it is now")
    void fetch_movedMail_isFound() throws Exception {
        String id = graph.deliver(USER, MAIL);
        assertTrue(graph.move(USER, id, "archive"));
        try (RawMail mail = fetched(id)) {
            assertEquals(MAIL.length, mail.size());
        }
    }

    @Test
    @DisplayName("A19 m a message that is really gone is gone only after it was looked for once more")
    void fetch_deletedMail_isNotFoundAndThenGone() {
        String id = graph.deliver(USER, MAIL);
        graph.delete(USER, id);
        assertInstanceOf(FetchResult.NotFound.class, source.fetch(mailbox, pointer(id), WITHIN));
        assertInstanceOf(RelocateResult.Gone.class, source.relocate(mailbox, pointer(id), WITHIN));
        assertTrue(source.lag().compareTo(Duration.ofMinutes(2)) > 0, "a notification may come before its mail");
    }

    @Test
    @DisplayName("T8 ids with = - _ are fetched")
    void fetch_idsOfEveryForm_areFound() throws Exception {
        Set<Character> seen = new HashSet<>();
        for (int i = 0; i < 1_000 && !seen.containsAll(Set.of('=', '-', '_')); i++) {
            String id = graph.deliver(USER, MAIL);
            id.chars().forEach(c -> seen.add((char) c));
            fetched(id).close();
        }
        assertTrue(seen.containsAll(Set.of('=', '-', '_')), seen.toString());
    }

    @Test
    @DisplayName("T8 an id with slashes is one step of the path, and leads to no other call")
    void fetch_idWithPathTricks_isOneStepOfThePath() {
        for (String id : List.of("/", "//me/messages/x", "x/attachments", "delta/x", "a+b/c=")) {
            assertEquals(
                    FailureCode.SOURCE_ERROR,
                    failure(source.fetch(mailbox, pointer(id), WITHIN)).code());
        }
        assertEquals(5, graph.calls(GraphCall.GET_MESSAGE));
        assertEquals(0, graph.calls(GraphCall.OTHER));
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(new GraphAnswer(403, "ErrorAccessDenied", QUOTED, null), FailureCode.CREDENTIALS_REFUSED),
                Arguments.of(new GraphAnswer(404, "ErrorInvalidUser", QUOTED, null), FailureCode.MAILBOX_GONE),
                Arguments.of(
                        new GraphAnswer(404, "MailboxNotEnabledForRESTAPI", QUOTED, null), FailureCode.MAILBOX_GONE),
                Arguments.of(new GraphAnswer(400, "ErrorInvalidIdMalformed", QUOTED, null), FailureCode.SOURCE_ERROR),
                Arguments.of(GraphAnswer.throttled(Duration.ofMinutes(5)), FailureCode.SOURCE_THROTTLED),
                Arguments.of(GraphAnswer.throttled(null), FailureCode.SOURCE_THROTTLED),
                Arguments.of(GraphAnswer.failure(500), FailureCode.SOURCE_UNREACHABLE),
                Arguments.of(GraphAnswer.failure(503), FailureCode.SOURCE_UNREACHABLE));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void fetch_eachErrorHasItsCode(GraphAnswer answer, FailureCode code) {
        String id = graph.deliver(USER, MAIL);
        graph.answerNext(GraphCall.GET_MIME, answer);
        Failure failure = failure(source.fetch(mailbox, pointer(id), WITHIN));
        assertEquals(code, failure.code());
        assertEquals(Optional.ofNullable(answer.retryAfter()), failure.retryAfter());
        assertFalse(failure.detail().contains(QUOTED), failure.detail());
    }

    @Test
    void fetch_throttled_leavesThatMailboxAloneAndNoOther() throws Exception {
        graph.addUser("other@acme.example", "other@acme.example");
        String id = graph.deliver(USER, MAIL);
        String others = graph.deliver("other@acme.example", MAIL);
        graph.answerNext(GraphCall.GET_MESSAGE, GraphAnswer.throttled(Duration.ofMinutes(5)));
        failure(source.fetch(mailbox, pointer(id), WITHIN));
        long calls = graph.calls(GraphCall.GET_MESSAGE);

        Failure again = failure(source.fetch(mailbox, pointer(id), WITHIN));
        assertEquals(FailureCode.SOURCE_THROTTLED, again.code());
        assertTrue(again.retryAfter().orElseThrow().compareTo(Duration.ofMinutes(4)) > 0);
        assertEquals(calls, graph.calls(GraphCall.GET_MESSAGE), "it was not asked again");
        Mailbox other = mailbox("other", "other@acme.example", new MicrosoftAccount.ClientSecret(SECRET));
        FetchResult.Fetched fetched =
                assertInstanceOf(FetchResult.Fetched.class, source.fetch(other, pointer(others), WITHIN));
        fetched.mail().close();
    }

    @Test
    void fetch_manyAtOnce_areFourAtATime() throws Exception {
        List<Future<FetchResult>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                String id = graph.deliver(USER, MAIL);
                results.add(threads.submit(() -> source.fetch(mailbox, pointer(id), WITHIN)));
            }
        }
        for (Future<FetchResult> result : results) {
            assertInstanceOf(FetchResult.Fetched.class, result.get()).mail().close();
        }
        assertTrue(graph.maxConcurrent(USER) <= 4, "at once: " + graph.maxConcurrent(USER));
        assertEquals(1, tokens.requests().size(), "one token for all");
    }

    @Test
    void fetch_revokedToken_isRenewedOnce() throws Exception {
        String id = graph.deliver(USER, MAIL);
        fetched(id).close();
        tokens.revokeAll();
        fetched(id).close();
        assertEquals(2, tokens.requests().size());
    }

    @Test
    void fetch_wrongSecret_isRefused() {
        String id = graph.deliver(USER, MAIL);
        tokens.addApp(DIRECTORY, APP, "another");
        assertEquals(
                FailureCode.CREDENTIALS_REFUSED,
                failure(source.fetch(mailbox, pointer(id), WITHIN)).code());
    }

    @Test
    void fetch_appWithACertificate_signsInByIt() throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.rsa(directory, "graph");
        Files.writeString(directory.resolve("graph.pem"), certificate.certificatePem() + certificate.keyPem());
        MicrosoftAccount.Certificate signIn =
                new MicrosoftAccount.Certificate(new CredentialReference("file:graph.pem"));
        Mailbox byCertificate = mailbox(signIn, MailboxLimits.DEFAULTS);
        String id = graph.deliver(USER, MAIL);
        assertEquals(
                FailureCode.CREDENTIALS_REFUSED,
                failure(source.fetch(byCertificate, pointer(id), WITHIN)).code(),
                "the app does not have this certificate yet");

        tokens.addApp(DIRECTORY, APP, certificate.certificate());
        assertInstanceOf(FetchResult.Fetched.class, source.fetch(byCertificate, pointer(id), WITHIN))
                .discard();
        Mailbox shared = mailbox(new MicrosoftAccount.SharedApp(), MailboxLimits.DEFAULTS);
        try (GraphMailSource operators =
                source(new SharedApps(List.of(new SharedApps.App(APP, signIn, List.of(DIRECTORY), List.of(USER)))))) {
            assertInstanceOf(FetchResult.Fetched.class, operators.fetch(shared, pointer(id), WITHIN))
                    .discard();
        }
        assertTrue(tokens.requests().stream().noneMatch(form -> form.containsKey("client_secret")));
        assertEquals(DIRECTORY, tokens.requests().getLast().get("path").split("/", -1)[1]);
    }

    @Test
    void fetch_brokenOffOrHanging_endsInTime() {
        String id = graph.deliver(USER, new byte[300_000]);
        graph.faults(
                GraphFaults.builder().truncated(1).calls(GraphCall.GET_MIME).build());
        assertEquals(
                FailureCode.SOURCE_UNREACHABLE,
                failure(source.fetch(mailbox, pointer(id), WITHIN)).code());
        graph.faults(GraphFaults.builder().hanging(1).build());
        assertEquals(
                FailureCode.DEADLINE_EXCEEDED,
                failure(source.fetch(mailbox, pointer(id), Duration.ofMillis(500)))
                        .code());
        graph.heal();
    }

    @Test
    void fetch_largerThanTheMailboxAllows_isTooLargeUntilTheLimitIsRaised() throws Exception {
        String id = graph.deliver(USER, new byte[600_000]);
        Mailbox small = mailbox(new MicrosoftAccount.ClientSecret(SECRET), new MailboxLimits(2, 500_000L));
        assertEquals(
                FailureCode.MESSAGE_TOO_LARGE,
                failure(source.fetch(small, pointer(id), WITHIN)).code());
        try (RawMail mail = fetched(id)) {
            assertEquals(600_000, mail.size());
        }
    }

    @Test
    @DisplayName("A22 m an app of the operator's reads the mailboxes of those alone who are on its list")
    void fetch_sharedApp_isForThoseOnTheList() throws Exception {
        String id = graph.deliver(USER, MAIL);
        Mailbox shared = mailbox(new MicrosoftAccount.SharedApp(), MailboxLimits.DEFAULTS);
        assertEquals(
                FailureCode.CREDENTIALS_REFUSED,
                failure(source.fetch(shared, pointer(id), WITHIN)).code());
        for (List<String> users : List.of(List.of(USER), List.of("*"))) {
            try (GraphMailSource allowed = source(new SharedApps(List.of(
                    new SharedApps.App(APP, new MicrosoftAccount.ClientSecret(SECRET), List.of(DIRECTORY), users))))) {
                assertInstanceOf(FetchResult.Fetched.class, allowed.fetch(shared, pointer(id), WITHIN))
                        .mail()
                        .close();
            }
        }
        try (GraphMailSource others = source(new SharedApps(List.of(new SharedApps.App(
                APP, new MicrosoftAccount.ClientSecret(SECRET), List.of(DIRECTORY), List.of("someone")))))) {
            assertEquals(
                    FailureCode.CREDENTIALS_REFUSED,
                    failure(others.fetch(shared, pointer(id), WITHIN)).code());
        }
    }

    @Test
    @DisplayName("T11 empty pages, repeated items and removed ones: all is found that came, and then only what is new")
    void list_firstTime_findsWhatCameSinceThenOnlyWhatIsNew() {
        graph.deliver(USER, "inbox", MAIL, mailbox.since().minusSeconds(60));
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 450; i++) {
            expected.add(graph.deliver(USER, "inbox", MAIL, mailbox.since().plusSeconds(i)));
        }
        graph.faults(GraphFaults.builder()
                .emptyPages(2)
                .repeatedItems()
                .removedItems()
                .build());
        Listing first = list(Optional.empty());
        assertEquals(expected, new HashSet<>(first.found()));

        assertEquals(List.of(), list(Optional.of(first.cursor())).found());
        graph.delete(USER, expected.iterator().next());
        String next = graph.deliver(USER, MAIL);
        assertEquals(List.of(next), list(Optional.of(first.cursor())).found());
    }

    @Test
    @DisplayName("mail that goes between two pages hides no other")
    void list_mailDeletedBetweenTwoPages_hidesNone() {
        List<String> delivered = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            delivered.add(graph.deliver(USER, "inbox", MAIL, mailbox.since().plusSeconds(i)));
        }
        ListResult.Page begun = page(Optional.empty(), Optional.empty());
        delivered.subList(0, 150).forEach(id -> graph.delete(USER, id));

        Set<String> found = new HashSet<>(ids(begun));
        Next.More more = assertInstanceOf(Next.More.class, begun.next());
        found.addAll(list(Optional.empty(), Optional.of(more.token())).found());
        assertEquals(new HashSet<>(delivered), found);
    }

    @Test
    @DisplayName("more mail of one second than a page holds is all found, and so is what came after it")
    void list_manyOfOneSecond_areFound() {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 900; i++) {
            Instant came = mailbox.since().plusSeconds(i < 450 ? 5 : 13);
            expected.add(graph.deliver(USER, "inbox", MAIL, came));
        }
        assertEquals(expected, new HashSet<>(list(Optional.empty()).found()));
    }

    @Test
    @DisplayName("T11 a cursor that Graph does not know any more loses nothing")
    void list_expiredCursor_catchesUpByTime() {
        Listing first = list(Optional.empty());
        Set<String> missed = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            missed.add(graph.deliver(USER, MAIL));
        }
        graph.expireDeltaTokens();
        Listing after = list(Optional.of(first.cursor()));
        assertEquals(missed, new HashSet<>(after.found()));
        assertTrue(list(Optional.of(after.cursor())).found().isEmpty());
    }

    @Test
    @DisplayName("T11 a cursor that is lost brings back no mail from before the retry horizon of the last listing")
    void list_expiredCursorOfAQuietMailbox_findsNothingOld() {
        graph.deliver(USER, "inbox", MAIL, mailbox.since().plusSeconds(60));
        TurnedClock clock = new TurnedClock();
        try (GraphMailSource turned = source(SharedApps.NONE, clock)) {
            source.close();
            source = turned;
            Listing first = list(Optional.empty());
            assertEquals(1, first.found().size());
            clock.turn(Duration.ofDays(10));
            Listing quiet = list(Optional.of(first.cursor()));
            graph.expireDeltaTokens();
            assertEquals(List.of(), list(Optional.of(quiet.cursor())).found());
            assertEquals(first.found(), list(Optional.of(first.cursor())).found(), "it is as old as its cursor");
        }
    }

    @Test
    @DisplayName("T11 a delta whose next page Graph does not know any more is caught up from where it was")
    void list_expiredHalfWay_losesNothing() {
        Listing first = list(Optional.empty());
        Set<String> missed = new HashSet<>();
        for (int i = 0; i < 450; i++) {
            missed.add(graph.deliver(USER, MAIL));
        }
        ListResult.Page begun = page(Optional.of(first.cursor()), Optional.empty());
        Next.More more = assertInstanceOf(Next.More.class, begun.next());
        graph.expireDeltaTokens();

        Listing rest = list(Optional.of(first.cursor()), Optional.of(more.token()));
        Set<String> found = new HashSet<>(rest.found());
        found.addAll(ids(begun));
        assertEquals(missed, found);
        assertTrue(list(Optional.of(rest.cursor())).found().isEmpty());
    }

    @Test
    void list_cursorShowsNoLinkInItsText() {
        GraphCursor cursor = GraphCursor.parse(list(Optional.empty()).cursor()).orElseThrow();
        assertFalse(cursor.toString().contains("token"), cursor.toString());
        assertTrue(GraphCursor.parse("v1;1;2;3").isEmpty());
    }

    private record Listing(List<String> found, String cursor) {}

    private Listing list(Optional<String> cursor) {
        return list(cursor, Optional.empty());
    }

    private Listing list(Optional<String> cursor, Optional<String> begun) {
        List<String> found = new ArrayList<>();
        Optional<String> page = begun;
        while (true) {
            ListResult.Page read = page(cursor, page);
            found.addAll(ids(read));
            switch (read.next()) {
                case Next.More more -> page = Optional.of(more.token());
                case Next.End end -> {
                    return new Listing(List.copyOf(new HashSet<>(found)), end.cursor());
                }
            }
        }
    }

    private ListResult.Page page(Optional<String> cursor, Optional<String> page) {
        return assertInstanceOf(
                ListResult.Page.class, source.list(mailbox, "inbox", cursor, page, Optional.empty(), WITHIN));
    }

    private static List<String> ids(ListResult.Page page) {
        return page.found().stream()
                .map(pointer -> ((MicrosoftPointer) pointer).messageId())
                .toList();
    }

    private RawMail fetched(String id) {
        return assertInstanceOf(FetchResult.Fetched.class, source.fetch(mailbox, pointer(id), WITHIN))
                .mail();
    }

    private static Failure failure(FetchResult result) {
        return assertInstanceOf(FetchResult.Failed.class, result).failure();
    }

    private static MessagePointer pointer(String id) {
        return new MicrosoftPointer(null, id, null);
    }

    private GraphMailSource source(SharedApps shared) {
        return source(shared, Clock.systemUTC());
    }

    private GraphMailSource source(SharedApps shared, Clock clock) {
        Secrets secrets = new Secrets(Map.of("WAYBILL_SECRET_GRAPH", "swordfish"), directory);
        return new GraphMailSource(
                new GraphEndpoints(Optional.of(graph.url().resolve("v1.0/"))),
                shared,
                new AccessTokens(
                        secrets, TokenEndpoints.of(Optional.of(tokens.url()), Optional.empty()), Clock.systemUTC()),
                budget,
                directory,
                clock);
    }

    private static Mailbox mailbox(SignIn signIn, MailboxLimits limits) {
        return mailbox("support", USER, signIn, limits);
    }

    private static Mailbox mailbox(String name, String user, SignIn signIn) {
        return mailbox(name, user, signIn, MailboxLimits.DEFAULTS);
    }

    private static Mailbox mailbox(String name, String user, SignIn signIn, MailboxLimits limits) {
        return mailbox(
                name,
                user,
                signIn,
                limits,
                Instant.now().minus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS));
    }

    private static Mailbox mailbox(String name, String user, SignIn signIn, MailboxLimits limits, Instant since) {
        return new Mailbox(
                "acme",
                name,
                name + "@acme.example",
                "inc-1",
                null,
                "k-" + name,
                since,
                List.of("tickets"),
                limits,
                new MicrosoftAccount(DIRECTORY, APP, signIn, user, null, null),
                false);
    }
}
