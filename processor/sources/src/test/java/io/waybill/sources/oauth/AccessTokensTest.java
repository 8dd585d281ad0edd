package io.waybill.sources.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.emulator.StoppedClock;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sandbox.oauth.TokenServer.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are kept and renewed, and endpoints that refuse, throttle and fail. */
class AccessTokensTest {
    private static final Grant GRANT = grant("app-1");

    private final StoppedClock clock = new StoppedClock(Instant.parse("2026-06-01T12:00:00Z"));
    private TokenServer server;
    private AccessTokens tokens;

    @BeforeEach
    void start() {
        server = TokenServer.start();
        server.addApp("contoso.example", "app-1", "swordfish");
        server.addApp("contoso.example", "app-2", "swordfish");
        tokens = tokens(server.url());
    }

    @AfterEach
    void stop() {
        tokens.close();
        server.close();
    }

    @Test
    void get_again_isTheOneThatWasKept() throws Exception {
        AccessTokens.Issued first = tokens.get(GRANT);
        AccessTokens.Issued second = tokens.get(GRANT);
        assertFalse(first.kept());
        assertTrue(second.kept());
        assertEquals(first.token(), second.token());
        assertFalse(first.toString().contains(first.token().value().text()), "a token is a secret");
    }

    @Test
    void get_ofAnotherApp_isAnotherToken() throws Exception {
        String one = tokens.get(GRANT).token().value().text();
        assertFalse(one.equals(tokens.get(grant("app-2")).token().value().text()));
    }

    @Test
    void get_beforeItExpires_isRenewed() throws Exception {
        server.lifetime(1_000);
        tokens.get(GRANT);
        clock.turn(Duration.ofSeconds(799));
        assertTrue(tokens.get(GRANT).kept());
        clock.turn(Duration.ofSeconds(1));
        assertFalse(tokens.get(GRANT).kept(), "renewed after four fifths of its life");
        assertEquals(2, server.requests().size());
    }

    @Test
    void get_byManyAtOnce_asksOnce() throws Exception {
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch begin = new CountDownLatch(1);
            List<Future<AccessToken>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                results.add(many.submit(() -> {
                    begin.await();
                    return tokens.get(GRANT).token();
                }));
            }
            begin.countDown();
            for (Future<AccessToken> result : results) {
                assertEquals(results.getFirst().get(), result.get());
            }
        }
        assertEquals(1, server.requests().size());
    }

    @Test
    void get_faultOfOurs_failsThatCallAlone() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        Clock faulty = new Clock() {
            @Override
            public Instant instant() {
                if (broken.getAndSet(false)) {
                    throw new StackOverflowError("a fault");
                }
                return clock.instant();
            }

            @Override
            public ZoneId getZone() {
                return clock.getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        try (AccessTokens own = tokens(server.url(), faulty)) {
            TokenException failed = assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> assertThrows(TokenException.class, () -> own.get(GRANT)));
            assertEquals(FailureCode.SOURCE_ERROR, failed.code());
            assertFalse(own.get(GRANT).kept());
        }
    }

    @Test
    void discard_isOfThatTokenOnly() throws Exception {
        AccessToken first = tokens.get(GRANT).token();
        tokens.discard(GRANT, first);
        AccessToken second = tokens.get(GRANT).token();
        assertFalse(first.equals(second));
        tokens.discard(GRANT, first);
        assertEquals(second, tokens.get(GRANT).token());
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_client, CREDENTIALS_REFUSED",
        "401, invalid_client, CREDENTIALS_REFUSED",
        "400, invalid_grant, CREDENTIALS_REFUSED",
        "400, unauthorized_client, CREDENTIALS_REFUSED",
        "400, invalid_scope, CREDENTIALS_REFUSED",
        "400, quokka, CREDENTIALS_REFUSED",
        "404, quokka, CREDENTIALS_REFUSED",
        "400, temporarily_unavailable, SOURCE_UNREACHABLE",
        "408, quokka, SOURCE_UNREACHABLE",
        "429, quokka, SOURCE_THROTTLED",
        "500, quokka, SOURCE_UNREACHABLE",
        "503, quokka, SOURCE_UNREACHABLE",
        "302, quokka, SOURCE_ERROR",
    })
    void get_answeredWithAnError_hasTheCodeOfItsReason(int status, String error, FailureCode code) throws Exception {
        server.answerNext(Answer.error(status, error));
        TokenException failed = assertThrows(TokenException.class, () -> tokens.get(GRANT));
        assertEquals(code, failed.code());
        assertFalse(
                failed.getMessage().contains("quokka") || failed.getMessage().contains("told so"), failed.getMessage());
        tokens.get(GRANT);
    }

    @ParameterizedTest
    @CsvSource({
        "429, 90, 90",
        "503, 7, 7",
        "429, 999999, 3600",
        "429, -5, ",
        "429, soon, ",
        "429, 'Mon, 01 Jun 2026 12:01:30 GMT', 90",
        "503, 'Tue, 01 Jun 2027 12:00:00 GMT', 3600",
        "429, 'Mon, 01 Jun 2026 12:00:00 GMT', "
    })
    void get_retryAfter_isPassedOnWithinBounds(int status, String retryAfter, Integer seconds) {
        server.answerNext(new Answer(status, "", retryAfter));
        TokenException failed = assertThrows(TokenException.class, () -> tokens.get(GRANT));
        assertEquals(Optional.ofNullable(seconds).map(Duration::ofSeconds), failed.retryAfter());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "quokka",
                "{}",
                "{\"access_token\":\"\"}",
                "{\"access_token\":\"a b\"}",
                "{\"access_token\":\"a\\u0001b\"}",
                "{\"access_token\":{}}",
                "{\"access_token\":null}",
                "{\"access_token\":17}"
            })
    void get_answerWithoutToken_isSourceError(String body) {
        server.answerNext(new Answer(200, body, null));
        TokenException failed = assertThrows(TokenException.class, () -> tokens.get(GRANT));
        assertEquals(FailureCode.SOURCE_ERROR, failed.code());
    }

    @Test
    void get_answerBeyondBounds_isNotReadToItsEnd() {
        server.answerNext(new Answer(200, "{\"access_token\":\"" + "x".repeat(100_000) + "\"}", null));
        TokenException failed = assertThrows(TokenException.class, () -> tokens.get(GRANT));
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failed.code());
        server.answerNext(new Answer(200, "{\"access_token\":\"" + "x".repeat(20_000) + "\"}", null));
        assertEquals(
                FailureCode.SOURCE_ERROR,
                assertThrows(TokenException.class, () -> tokens.get(GRANT)).code());
    }

    @Test
    void get_withoutLifetime_isRenewedSoon() throws Exception {
        server.answerNext(new Answer(200, "{\"access_token\":\"abc\"}", null));
        assertEquals(clock.instant().plusSeconds(240), tokens.get(GRANT).token().renewAt());
    }

    @Test
    void get_nobodyListens_isUnreachable() {
        server.close();
        TokenException failed = assertThrows(TokenException.class, () -> tokens.get(GRANT));
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failed.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://login.example/", "http://127.0.0.1.example/", "ftp://127.0.0.1/", "file:/etc/"})
    void endpoints_withoutTls_areRefused(String address) {
        assertThrows(
                IllegalArgumentException.class,
                () -> TokenEndpoints.of(Optional.of(URI.create(address)), Optional.empty()));
    }

    private AccessTokens tokens(URI endpoint) {
        return tokens(endpoint, clock);
    }

    private static AccessTokens tokens(URI endpoint, Clock clock) {
        return new AccessTokens(
                new Secrets(Map.of("WAYBILL_SECRET_APP", "swordfish"), Path.of("none")),
                TokenEndpoints.of(Optional.of(endpoint), Optional.of(endpoint)),
                clock);
    }

    private static Grant grant(String app) {
        return new Grant.ClientCredentials(
                MicrosoftAccount.Cloud.GLOBAL,
                "contoso.example",
                app,
                new CredentialReference("env:WAYBILL_SECRET_APP"),
                "scope");
    }
}
