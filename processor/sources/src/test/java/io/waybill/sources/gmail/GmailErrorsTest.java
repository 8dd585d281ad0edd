package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;
import io.waybill.sandbox.emulator.StoppedClock;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.http.ScriptedApi.Answer;
import io.waybill.sources.http.ScriptedApi.Asked;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each refusal of Gmail's means, and how long it is left alone. */
class GmailErrorsTest {
    private static final String CURSOR = "m1 h 1006190 1006190 1793527200000 1006190";

    @TempDir
    private Path directory;

    private ScriptedGmail gmail;

    @BeforeEach
    void start() throws Exception {
        gmail = new ScriptedGmail(directory);
    }

    @AfterEach
    void stop() {
        gmail.close();
    }

    @ParameterizedTest
    @DisplayName("each error of Gmail has its code by its reason, and its message stays where it is")
    @CsvSource({
        "403, rateLimitExceeded, SOURCE_THROTTLED",
        "403, userRateLimitExceeded, SOURCE_THROTTLED",
        "429, rateLimitExceeded, SOURCE_THROTTLED",
        "429, userRateLimitExceeded, SOURCE_THROTTLED",
        "429, '', SOURCE_THROTTLED",
        "403, dailyLimitExceeded, SOURCE_THROTTLED",
        "429, dailyLimitExceeded, SOURCE_THROTTLED",
        "403, domainPolicy, CREDENTIALS_REFUSED",
        "403, insufficientPermissions, CREDENTIALS_REFUSED",
        "403, forbidden, CREDENTIALS_REFUSED",
        "403, accessNotConfigured, CREDENTIALS_REFUSED",
        "403, somethingNew, SOURCE_ERROR",
        "403, '', SOURCE_ERROR",
        "400, failedPrecondition, MAILBOX_GONE",
        "400, invalidArgument, SOURCE_ERROR",
        "400, badRequest, SOURCE_ERROR",
        "404, '', SOURCE_ERROR",
        "500, backendError, SOURCE_UNREACHABLE",
        "502, '', SOURCE_UNREACHABLE",
        "503, backendError, SOURCE_UNREACHABLE",
        "503, rateLimitExceeded, SOURCE_UNREACHABLE",
        "504, '', SOURCE_UNREACHABLE",
        "302, '', SOURCE_ERROR"
    })
    void anyCall_eachError_hasItsCode(int status, String reason, FailureCode code) throws Exception {
        gmail.answer(ScriptedGmail.error(status, reason));
        Failure failure = failure(gmail.fetch());
        assertEquals(code, failure.code());
        assertEquals(Stage.FETCH, failure.stage());
        assertTrue(failure.detail().contains(status + (reason.isEmpty() ? "" : " " + reason)), failure.detail());

        try (ScriptedGmail another = new ScriptedGmail(directory)) {
            another.answer(ScriptedGmail.error(status, reason));
            Failure listing = failure(another.list(CURSOR));
            assertEquals(code, listing.code());
            assertEquals(Stage.LIST, listing.stage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "<html>a subject</html>",
                "{\"error\":\"a subject\"}",
                "{\"error\":{\"errors\":[]}}",
                "{\"error\":{\"errors\":[{\"reason\":\"a subject\"}]}}",
                "{\"error\":{\"errors\":[{\"reason\":{}}]}}",
                "{\"error\":{\"errors\":{\"reason\":\"forbidden\"}}}"
            })
    void anyCall_errorWithoutAReason_saysItsStatusAlone(String body) {
        gmail.answer(new Answer(403, Map.of(), body));
        assertEquals("Gmail refuses the call (403)", failure(gmail.fetch()).detail());
    }

    @Test
    void anyCall_redirect_isNotFollowed() {
        gmail.answer(new Answer(302, Map.of("Location", "/gmail/v1/users/me/messages/other"), ""));
        assertEquals(FailureCode.SOURCE_ERROR, failure(gmail.fetch()).code());
        assertEquals(1, gmail.asked().size());
    }

    @ParameterizedTest
    @DisplayName("Retry-After is told to the job, for hours if need be, and the mailbox is left alone for as long")
    @CsvSource({"429, 32, 32", "403, 7200, 7200", "429, 86400, 86400", "429, 999999999, 86400"})
    void throttled_retryAfter_isHonoured(int status, String said, long seconds) {
        gmail.answer(ScriptedGmail.error(status, "userRateLimitExceeded").with("Retry-After", said));
        assertEquals(
                Optional.of(Duration.ofSeconds(seconds)), failure(gmail.fetch()).retryAfter());

        for (Failure again : List.of(failure(gmail.fetch()), failure(gmail.list(CURSOR)))) {
            assertEquals(FailureCode.SOURCE_THROTTLED, again.code());
            assertFalse(again.asked());
            Duration left = again.retryAfter().orElseThrow();
            assertTrue(left.toSeconds() <= seconds && left.toSeconds() > seconds - 20, left.toString());
        }
        assertEquals(1, gmail.asked().size());
    }

    @Test
    void throttled_otherMailbox_isNotLeftAlone() {
        gmail.answer(
                ScriptedGmail.error(403, "userRateLimitExceeded").with("Retry-After", "3600"), ScriptedGmail.MESSAGE);
        failure(gmail.fetch());
        assertInstanceOf(
                        FetchResult.Fetched.class,
                        gmail.fetch(ScriptedGmail.mailbox("sales", "sales@acme.example", null)))
                .discard();
    }

    @Test
    @DisplayName("without Retry-After the next call waits for the pause in place, which grows")
    void throttled_withoutAWord_isWaitedFor() {
        gmail.answer(
                ScriptedGmail.error(403, "rateLimitExceeded"),
                ScriptedGmail.error(429, "rateLimitExceeded"),
                ScriptedGmail.MESSAGE);
        assertEquals(Optional.empty(), failure(gmail.fetch()).retryAfter());
        failure(gmail.fetch());
        assertInstanceOf(FetchResult.Fetched.class, gmail.fetch()).discard();
        assertPause(Duration.ofSeconds(1), 0, 1);
        assertPause(Duration.ofSeconds(2), 1, 2);
    }

    @Test
    @DisplayName("the pauses are min(2^n s + up to 1 s, 64 s)")
    void backoff_doublesUpToAMinute() {
        Random random = new Random(7);
        List<Integer> seconds = List.of(1, 2, 4, 8, 16, 32, 64, 64, 64);
        for (int before = 0; before < seconds.size(); before++) {
            for (int i = 0; i < 100; i++) {
                Duration pause = GmailClient.backoff(before, random);
                int least = seconds.get(before);
                assertTrue(pause.toMillis() >= least * 1_000L, pause.toString());
                assertTrue(pause.toMillis() <= Math.min(64_000, least * 1_000L + 1_000), pause.toString());
            }
        }
        assertEquals(Duration.ofSeconds(64), GmailClient.backoff(Integer.MAX_VALUE, random));
        assertNotEquals(GmailClient.backoff(0, new Random(7)), GmailClient.backoff(0, new Random(8)));
    }

    @Test
    @DisplayName("what is used up for the day is left alone until the next day begins in California, and not longer")
    void dailyLimit_lastsUntilTomorrow() throws Exception {
        StoppedClock clock = new StoppedClock();
        ZonedDateTime now = clock.instant().atZone(ZoneId.of("America/Los_Angeles"));
        Duration left = Duration.between(now, now.plusDays(1).with(LocalTime.MIDNIGHT));
        try (ScriptedGmail turned =
                new ScriptedGmail(directory, GmailQuota.DEFAULTS, new ByteBudget(16 << 20, 64 << 20), clock)) {
            turned.answer(ScriptedGmail.error(403, "dailyLimitExceeded"));
            Failure failure = failure(turned.fetch());
            assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
            assertEquals(Optional.of(left), failure.retryAfter());
            assertEquals(
                    "the project's calls to Gmail are used up for today (403 dailyLimitExceeded)", failure.detail());
            assertEquals(Optional.of(left), failure(turned.list(CURSOR)).retryAfter());
            assertEquals(1, turned.asked().size());

            clock.turn(left);
            turned.answer(ScriptedGmail.MESSAGE);
            assertInstanceOf(FetchResult.Fetched.class, turned.fetch()).discard();
        }
    }

    @ParameterizedTest
    @DisplayName("an error of the server's honours Retry-After for the job, and leaves the mailbox's other jobs alone")
    @CsvSource({"500, 7, 7", "503, 120, 120", "503, soon, "})
    void failing_retryAfter(int status, String said, Long seconds) {
        gmail.answer(ScriptedGmail.error(status, "backendError").with("Retry-After", said), ScriptedGmail.MESSAGE);
        assertEquals(
                Optional.ofNullable(seconds).map(Duration::ofSeconds),
                failure(gmail.fetch()).retryAfter());
        assertInstanceOf(FetchResult.Fetched.class, gmail.fetch()).discard();
    }

    @Test
    void refusedKey_isRefusedWithoutACall() {
        gmail.tokens.answerNext(TokenServer.Answer.error(401, "unauthorized_client"));
        Failure failure = failure(gmail.fetch());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
        assertEquals("the token endpoint of Google refuses the credential (unauthorized_client)", failure.detail());
        assertTrue(gmail.asked().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://gmail.example/", "http://127.0.0.1.example/", "http://localhost/", "ftp://127.0.0.1/"})
    void endpoints_withoutTls_areRefused(String address) {
        assertThrows(IllegalArgumentException.class, () -> new GmailEndpoints(Optional.of(URI.create(address))));
    }

    @Test
    void endpoints_usual() {
        assertEquals(
                URI.create("https://gmail.googleapis.com/gmail/v1/users/me/profile"),
                new GmailEndpoints(Optional.empty()).base().resolve("users/me/profile"));
        assertEquals(
                URI.create("https://gmail.example/gmail/v1/users/me/profile"),
                new GmailEndpoints(Optional.of(URI.create("https://gmail.example/gmail/v1")))
                        .base()
                        .resolve("users/me/profile"));
    }

    private static Failure failure(FetchResult result) {
        return said(assertInstanceOf(FetchResult.Failed.class, result).failure());
    }

    private static Failure failure(ListResult result) {
        return said(assertInstanceOf(ListResult.Failed.class, result).failure());
    }

    private static Failure said(Failure failure) {
        assertFalse(failure.detail().contains("a subject"), failure.detail());
        return failure;
    }

    /** However slow the machine is, a call never comes before a pause is over. */
    private void assertPause(Duration atLeast, int before, int after) {
        List<Asked> asked = gmail.asked();
        Instant from = asked.get(before).at();
        assertTrue(Duration.between(from, asked.get(after).at()).compareTo(atLeast) >= 0);
    }
}
