package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.gmail.GmailAnswer;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailFaults;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailSettings;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.ListResult.Next;
import io.waybill.sources.RawMail;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.SubscriptionResult.Failed;
import io.waybill.sources.SubscriptionResult.Gone;
import io.waybill.sources.SubscriptionResult.Live;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mailboxes of Google Workspace as the emulator has them, with all that Gmail answers. */
class GmailMailSourceIT {
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final String USER = ScriptedGmail.USER;
    private static final Mailbox MAILBOX = ScriptedGmail.mailbox("support", USER, MailboxLimits.DEFAULTS);
    private static final byte[] MAIL =
            "From: a@example.org\r\nSubject: hello\r\n\r\nbody\r\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final ByteBudget budget = new ByteBudget(16 << 20, 64 << 20);
    private TokenServer tokens;
    private GmailServer gmail;
    private GmailMailSource source;

    @BeforeEach
    void start() throws IOException {
        start(GmailSettings.defaults(), GmailQuota.DEFAULTS);
    }

    private void start(GmailSettings settings, GmailQuota quota) throws IOException {
        tokens = TokenServer.start();
        ServiceAccount.install(tokens, directory.resolve("acme-gmail.json"));
        gmail = GmailServer.start(0, tokens::grantOf, settings);
        gmail.addUser(USER);
        source = new GmailMailSource(endpoints(), quota, accessTokens(), budget, directory, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        source.close();
        gmail.close();
        tokens.close();
        assertEquals(0, budget.memoryInUse());
        assertEquals(0, budget.diskInUse());
    }

    @Test
    @DisplayName("A09 g the mail as it was sent, and when it came")
    void fetch_readsTheMailAsItWasSentAndWhenItCame() throws Exception {
        Instant came = Instant.parse("2026-11-01T10:00:00Z");
        String id = gmail.deliver(USER, MAIL, List.of("INBOX"), came);
        try (RawMail mail = fetched(id)) {
            assertArrayEquals(MAIL, mail.open().readAllBytes());
            assertEquals(came, mail.receivedAt());
        }
    }

    @Test
    @DisplayName("A19 g a mail that was deleted is not found, and then gone")
    void fetch_deletedMail_isNotFoundAndThenGone() {
        String id = gmail.deliver(USER, MAIL);
        gmail.delete(USER, id);
        assertInstanceOf(FetchResult.NotFound.class, fetch(id));
        assertInstanceOf(RelocateResult.Gone.class, source.relocate(MAILBOX, new GooglePointer(id), WITHIN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRASH", "SPAM"})
    void fetch_mailThatWasTidiedUp_isFetched(String label) {
        String id = gmail.deliver(USER, MAIL);
        gmail.relabel(USER, id, List.of(label), List.of("INBOX"));
        fetched(id).close();
    }

    @Test
    @DisplayName("large mails come whole, four at a time, and with one token")
    void fetch_largeMailsAtOnce_comeWhole() throws Exception {
        byte[] large = new byte[5 << 20];
        List<Future<Long>> sizes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                String id = gmail.deliver(USER, large);
                sizes.add(threads.submit(() -> {
                    FetchResult result = source.fetch(MAILBOX, new GooglePointer(id), Duration.ofMinutes(2));
                    try (RawMail mail =
                            assertInstanceOf(FetchResult.Fetched.class, result).mail()) {
                        return mail.size();
                    }
                }));
            }
        }
        for (Future<Long> size : sizes) {
            assertEquals(large.length, size.get());
        }
        assertTrue(gmail.maxConcurrent(USER) <= 4, "at once: " + gmail.maxConcurrent(USER));
        assertEquals(1, tokens.requests().size());
    }

    @Test
    @DisplayName("the quota is met by waiting: Gmail has nothing to refuse")
    void fetch_beyondTheQuota_waits() throws Exception {
        stop();
        GmailSettings.Quota ofGoogle = GmailSettings.Quota.defaults().allowing(600, 120_000, Duration.ofMinutes(1));
        start(GmailSettings.defaults().with(ofGoogle), new GmailQuota(600, 120_000, GmailQuota.Costs.DEFAULTS));
        String id = gmail.deliver(USER, MAIL);
        // Five are there at once, and each further one after 2.4 s: the sixth waits for it.
        for (int i = 0; i < 6; i++) {
            fetched(id).close();
        }
        // The next has no time for that; where the six took long it is there at once, and so may some more be.
        FetchResult last = fetch(id, Duration.ofSeconds(1));
        for (int i = 0; i < 20 && last instanceof FetchResult.Fetched early; i++) {
            early.mail().close();
            last = fetch(id, Duration.ofSeconds(1));
        }
        Failure failure = assertInstanceOf(FetchResult.Failed.class, last).failure();
        assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
        assertTrue(failure.retryAfter().orElseThrow().compareTo(Duration.ofSeconds(3)) < 0);
        assertEquals(0, gmail.refused(403) + gmail.refused(429));
    }

    @Test
    void fetch_revokedToken_isRenewedOnce() {
        String id = gmail.deliver(USER, MAIL);
        fetched(id).close();
        tokens.revokeAll();
        fetched(id).close();
        assertEquals(2, tokens.requests().size());
    }

    @Test
    void fetch_userWithoutGmailOrAllowance_parks() {
        String id = gmail.deliver(USER, MAIL);
        gmail.denyUser(USER);
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure(id).code());
        gmail.allowUser(USER);
        fetched(id).close();
        gmail.removeUser(USER);
        assertEquals(FailureCode.MAILBOX_GONE, failure(id).code());
    }

    @Test
    void fetch_brokenOffOrHanging_endsInTime() {
        String id = gmail.deliver(USER, new byte[300_000]);
        gmail.faults(GmailFaults.builder().truncated(1).build());
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failure(id).code());
        gmail.faults(GmailFaults.builder().hanging(1).build());
        FetchResult late = source.fetch(MAILBOX, new GooglePointer(id), Duration.ofMillis(500));
        assertEquals(
                FailureCode.DEADLINE_EXCEEDED,
                assertInstanceOf(FetchResult.Failed.class, late).failure().code());
        gmail.heal();
    }

    @Test
    void fetch_throttled_isLeftAlone() {
        String id = gmail.deliver(USER, MAIL);
        gmail.answerNext(
                GmailCall.GET_MESSAGE,
                GmailAnswer.throttled(GmailAnswer.Throttle.USER_RATE_LIMIT_EXCEEDED, Duration.ofHours(3)));
        assertEquals(Optional.of(Duration.ofHours(3)), failure(id).retryAfter());
        assertEquals(FailureCode.SOURCE_THROTTLED, failure(id).code());
        assertEquals(1, gmail.calls(GmailCall.GET_MESSAGE));
    }

    @Test
    @DisplayName("T17 T20 first what is in the inbox since the mailbox's time, and then what the history has")
    void list_firstTime_findsWhatCameSinceThenWhatIsNew() {
        gmail.deliver(USER, MAIL, List.of("INBOX"), MAILBOX.since().minusSeconds(60));
        gmail.deliver(USER, MAIL, List.of("SPAM"));
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 1_200; i++) {
            Instant came = MAILBOX.since().plusSeconds(i);
            expected.add(gmail.deliver(USER, MAIL, List.of("INBOX"), came));
        }
        Listing first = list(Optional.empty());
        assertEquals(expected, first.found());

        Listing nothing = list(Optional.of(first.cursor()));
        assertEquals(Set.of(), nothing.found());
        for (String labels : List.of("DRAFT", "SENT", "SENT INBOX", "SPAM", "CHAT", "UNREAD")) {
            gmail.deliver(USER, MAIL, List.of(labels.split(" ", -1)));
        }
        Set<String> next = deliver(1_200);
        assertEquals(next, list(Optional.of(nothing.cursor())).found());
    }

    @Test
    @DisplayName("T15 T18 pages that repeat each other's records, and history ids beyond 2^63")
    void list_repeatedRecordsBeyondTheSignedNumbers_areFound() {
        gmail.addUser(USER, GmailServer.NEAR_SIGNED_MAX);
        Listing first = list(Optional.empty());
        gmail.faults(GmailFaults.builder().repeatedItems().build());
        Set<String> expected = deliver(600);
        Listing second = list(Optional.of(first.cursor()));
        assertEquals(expected, second.found());

        long calls = gmail.calls(GmailCall.LIST_HISTORY);
        for (String stale : List.of(Long.toString(GmailServer.NEAR_SIGNED_MAX), gmail.historyId(USER))) {
            assertEquals(
                    Set.of(),
                    list(Optional.of(second.cursor()), Optional.of(stale)).found());
        }
        assertEquals(calls, gmail.calls(GmailCall.LIST_HISTORY));
        String next = gmail.deliver(USER, MAIL);
        Listing third = list(Optional.of(second.cursor()), Optional.of(gmail.historyId(USER)));
        assertTrue(third.found().contains(next));
    }

    @Test
    @DisplayName("a mail that is rescued from spam is found, and one that was archived before it was listed")
    void list_rescuedAndArchivedMail_isFound() {
        Listing first = list(Optional.empty());
        String rescued = gmail.deliver(USER, MAIL, List.of("SPAM"));
        gmail.relabel(USER, rescued, List.of("INBOX"), List.of("SPAM"));
        String archived = gmail.deliver(USER, MAIL);
        gmail.relabel(USER, archived, List.of(), List.of("INBOX"));
        assertEquals(
                Set.of(rescued, archived), list(Optional.of(first.cursor())).found());
    }

    @Test
    @DisplayName("T16 a history that is not known any more loses nothing")
    void list_expiredHistory_losesNothing() {
        Listing first = list(Optional.empty());
        Set<String> missed = deliver(30);
        gmail.expireHistory(USER);
        Listing after = list(Optional.of(first.cursor()));
        assertEquals(missed, after.found());
        Set<String> next = deliver(1);
        assertEquals(next, list(Optional.of(after.cursor())).found());
    }

    @Test
    @DisplayName("T16 a history that is not known any more from one page to the next loses nothing")
    void list_expiredBetweenTwoPages_losesNothing() {
        Listing first = list(Optional.empty());
        Set<String> missed = deliver(600);
        ListResult.Page begun = page(Optional.of(first.cursor()), Optional.empty(), Optional.empty());
        String more = assertInstanceOf(Next.More.class, begun.next()).token();
        gmail.expireHistory(USER);
        Set<String> found = ids(begun);
        found.addAll(list(Optional.of(first.cursor()), Optional.of(more), Optional.empty())
                .found());
        assertEquals(missed, found);
    }

    @Test
    @DisplayName("what the history gives late, though it counts it, is found by a later listing")
    void list_historyThatLags_losesNothing() {
        Listing first = list(Optional.empty());
        gmail.faults(GmailFaults.builder().historyLag(Duration.ofSeconds(3)).build());
        Set<String> late = deliver(1);
        Listing tooSoon = list(Optional.of(first.cursor()), Optional.of(gmail.historyId(USER)));
        // Without what threads of other tests throw: those of a mail server do where a client hangs up.
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .dontCatchUncaughtExceptions()
                .until(() -> list(Optional.of(tooSoon.cursor())).found().equals(late));
    }

    @Test
    void watch_isMadeRenewedAndStopped() {
        gmail.addTopic(ScriptedGmail.TOPIC);
        try (GmailWatches watches = watches()) {
            Live live = assertInstanceOf(Live.class, watches.watch(MAILBOX));
            assertEquals(gmail.historyId(USER), live.id());
            assertTrue(live.expiresAt().isAfter(Instant.now().plus(Duration.ofDays(6))));
            assertInstanceOf(Live.class, watches.watch(MAILBOX));
            assertEquals(1, gmail.watches().size());
            assertEquals(List.of("INBOX"), gmail.watches().getFirst().labels());
            assertEquals(ScriptedGmail.TOPIC, gmail.watches().getFirst().topic());
            assertEquals(new Gone(), watches.stop(MAILBOX));
            assertEquals(List.of(), gmail.watches());
            assertEquals(new Gone(), watches.stop(MAILBOX));
        }
    }

    @Test
    void watch_topicThatIsNotThere_isRefused() {
        try (GmailWatches watches = watches()) {
            Failed failed = assertInstanceOf(Failed.class, watches.watch(MAILBOX));
            assertEquals(FailureCode.SOURCE_ERROR, failed.code());
            assertTrue(failed.detail().contains("topic"), failed.detail());
        }
    }

    private record Listing(Set<String> found, String cursor) {}

    private Listing list(Optional<String> cursor) {
        return list(cursor, Optional.empty());
    }

    private Listing list(Optional<String> cursor, Optional<String> hint) {
        return list(cursor, Optional.empty(), hint);
    }

    private Listing list(Optional<String> cursor, Optional<String> begun, Optional<String> hint) {
        Set<String> found = new HashSet<>();
        Optional<String> page = begun;
        while (true) {
            ListResult.Page read = page(cursor, page, hint);
            found.addAll(ids(read));
            switch (read.next()) {
                case Next.More more -> page = Optional.of(more.token());
                case Next.End end -> {
                    return new Listing(found, end.cursor());
                }
            }
        }
    }

    private ListResult.Page page(Optional<String> cursor, Optional<String> page, Optional<String> hint) {
        return assertInstanceOf(ListResult.Page.class, source.list(MAILBOX, "INBOX", cursor, page, hint, WITHIN));
    }

    private static Set<String> ids(ListResult.Page page) {
        Set<String> ids = new HashSet<>();
        page.found().forEach(pointer -> ids.add(((GooglePointer) pointer).messageId()));
        assertEquals(page.found().size(), ids.size(), "once per page");
        return ids;
    }

    /** So many mails, now. */
    private Set<String> deliver(int mails) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < mails; i++) {
            ids.add(gmail.deliver(USER, MAIL));
        }
        return ids;
    }

    private FetchResult fetch(String id) {
        return fetch(id, WITHIN);
    }

    private FetchResult fetch(String id, Duration within) {
        return source.fetch(MAILBOX, new GooglePointer(id), within);
    }

    private RawMail fetched(String id) {
        return assertInstanceOf(FetchResult.Fetched.class, fetch(id)).mail();
    }

    private Failure failure(String id) {
        return assertInstanceOf(FetchResult.Failed.class, fetch(id)).failure();
    }

    private GmailWatches watches() {
        return new GmailWatches(endpoints(), accessTokens(), Clock.systemUTC());
    }

    private GmailEndpoints endpoints() {
        return new GmailEndpoints(Optional.of(gmail.url().resolve("gmail/v1/")));
    }

    private AccessTokens accessTokens() {
        return new AccessTokens(
                new Secrets(Map.of(), directory),
                TokenEndpoints.of(Optional.empty(), Optional.of(tokens.url())),
                Clock.systemUTC());
    }
}
