package io.waybill.sandbox.gmail;

import static io.waybill.sandbox.gmail.GmailFixture.USER;
import static io.waybill.sandbox.gmail.GmailFixture.await;
import static io.waybill.sandbox.gmail.GmailFixture.mail;
import static io.waybill.sandbox.gmail.GmailFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sandbox.gmail.GmailAnswer.Throttle;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong with calls. */
class GmailFaultsTest {
    private static final String PROFILE = "gmail/v1/users/me/profile";

    private GmailFixture fixture;
    private GmailServer gmail;
    private String path;

    private void start(GmailSettings settings) throws Exception {
        fixture = new GmailFixture(settings);
        gmail = fixture.gmail;
        path = message(gmail.deliver(USER, mail("one"))) + "?format=raw";
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMIT_EXCEEDED, 403, rateLimitExceeded, usageLimits, PERMISSION_DENIED",
        "USER_QUERIES_EXCEEDED, 403, rateLimitExceeded, usageLimits, PERMISSION_DENIED",
        "USER_RATE_LIMIT_EXCEEDED, 403, userRateLimitExceeded, usageLimits, PERMISSION_DENIED",
        "DAILY_LIMIT_EXCEEDED, 403, dailyLimitExceeded, usageLimits, PERMISSION_DENIED",
        "TOO_MANY_REQUESTS, 429, rateLimitExceeded, global, RESOURCE_EXHAUSTED",
        "TOO_MANY_CONCURRENT_REQUESTS, 429, rateLimitExceeded, global, RESOURCE_EXHAUSTED"
    })
    void throttled_inEachWay_isGooglesBody(Throttle kind, int status, String reason, String domain, String statusName)
            throws Exception {
        start(GmailFixture.quick());
        gmail.faults(GmailFaults.builder()
                .throttled(1)
                .throttledAs(kind)
                .retryAfter(Duration.ofMillis(1_200))
                .build());
        GmailFixture.Answer answer = get();

        assertEquals(status, answer.status());
        assertEquals(status, answer.json().at("/error/code").asInt());
        assertEquals(reason, answer.reason());
        assertEquals(domain, answer.json().at("/error/errors/0/domain").asText());
        assertEquals(statusName, answer.json().at("/error/status").asText());
        assertEquals("2", answer.raw().headers().firstValue("Retry-After").orElseThrow());
        assertEquals(1, gmail.refused(status));
    }

    @Test
    void answers_thatAreOrdered_comeInTurnAndThenNoMore() throws Exception {
        start(GmailFixture.quick());
        gmail.answerNext(
                GmailCall.GET_MESSAGE,
                GmailAnswer.throttled(Throttle.TOO_MANY_REQUESTS, null),
                GmailAnswer.notFound(),
                GmailAnswer.failure(502));
        GmailFixture.Answer throttled = get();

        assertEquals(429, throttled.status());
        assertTrue(throttled.raw().headers().firstValue("Retry-After").isEmpty());
        assertEquals(404, get().status());
        assertEquals(200, fixture.get(PROFILE).status(), "another call");
        assertEquals(502, get().status());
        assertEquals(200, get().status());
    }

    @Test
    void throttled_aUser_isThatUserAlone() throws Exception {
        start(GmailFixture.quick());
        gmail.addUser("other@example.com");
        gmail.faults(GmailFaults.builder().throttledUsers("Support@example.com").build());

        assertEquals(429, get().status());
        assertEquals(
                200,
                fixture.send(fixture.request(PROFILE, fixture.token("other@example.com", GmailServer.SCOPE))
                                .build())
                        .status());
        gmail.heal();
        assertEquals(200, get().status());
    }

    @Test
    void failing_aShareOfSomeCalls_leavesTheRest() throws Exception {
        start(GmailFixture.quick());
        gmail.faults(GmailFaults.builder()
                .failing(0.5, 500)
                .calls(GmailCall.GET_MESSAGE)
                .build());
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(get().status());
            assertEquals(200, fixture.get(PROFILE).status());
        }
        assertTrue(answers.contains(500) && answers.contains(200), answers.toString());
    }

    @Test
    void truncated_body_endsInItsMiddle() throws Exception {
        start(GmailFixture.quick());
        gmail.faults(GmailFaults.builder().truncated(1).build());

        assertThrows(IOException.class, this::get);
        gmail.heal();
        assertEquals(200, get().status());
    }

    @Test
    void slow_body_comesAtItsRate() throws Exception {
        start(GmailFixture.quick());
        gmail.faults(GmailFaults.builder().bytesPerSecond(1_000).build());
        long start = System.nanoTime();
        byte[] body = get().raw().body();

        assertTrue(System.nanoTime() - start
                >= Duration.ofMillis(body.length - 100).toNanos());
    }

    @Test
    void hanging_call_isNotAnsweredUntilItHeals() throws Exception {
        start(GmailFixture.quick());
        gmail.faults(GmailFaults.builder().hanging(1).build());
        CompletableFuture<HttpResponse<byte[]>> answer =
                fixture.client.sendAsync(fixture.request(path, fixture.token).build(), BodyHandlers.ofByteArray());
        await().until(() -> gmail.calls(GmailCall.GET_MESSAGE) == 1);
        assertTrue(!answer.isDone());
        // Only the connections that were open hang: the JDK's client tries a GET again when one of them ends.
        gmail.heal();

        try {
            assertEquals(200, answer.get(20, TimeUnit.SECONDS).statusCode());
        } catch (ExecutionException cutOff) {
            assertTrue(cutOff.getCause() instanceof IOException);
        }
    }

    @Test
    void units_areCountedByTheirPrices() throws Exception {
        start(GmailFixture.quick());
        get();
        fixture.get(PROFILE);
        fixture.get("gmail/v1/users/me/messages");
        fixture.get(GmailFixture.history(gmail.historyId(USER), ""));
        fixture.watch();
        fixture.post("gmail/v1/users/me/stop", "");
        fixture.get("oauth2/v3/certs");

        assertEquals(20 + 1 + 5 + 2 + 100 + 50, gmail.units(USER));
        assertEquals(0, gmail.units("other@example.com"));
    }

    @Test
    void quota_ofAUser_refusesInSeveralWordings() throws Exception {
        start(GmailFixture.quick().with(GmailSettings.Quota.defaults().allowing(41, 1_000_000, Duration.ofHours(1))));
        gmail.addUser("other@example.com");
        assertEquals(200, get().status());
        assertEquals(200, get().status());
        Set<String> refusals = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            GmailFixture.Answer refused = get();
            refusals.add(refused.status() + " " + refused.reason());
        }
        assertEquals(Set.of("403 userRateLimitExceeded", "403 rateLimitExceeded", "429 rateLimitExceeded"), refusals);
        assertEquals(200, fixture.get(PROFILE).status(), "one unit is left");
        assertEquals(
                200,
                fixture.send(fixture.request(PROFILE, fixture.token("other@example.com", GmailServer.SCOPE))
                                .build())
                        .status());
        assertEquals(41, gmail.units(USER), "what is refused costs nothing");
    }

    @Test
    void quota_ofAUser_refusesUntilTheWindowEnds() throws Exception {
        start(GmailFixture.quick()
                .with(GmailSettings.Quota.defaults().allowing(20, 1_000_000, Duration.ofMillis(500))));
        await().until(() -> get().status() != 200);

        await().until(() -> get().status() == 200);
    }

    @Test
    void quota_ofAProject_isSharedByItsUsers() throws Exception {
        start(GmailFixture.quick()
                .with(GmailSettings.Quota.defaults()
                        .allowing(6_000, 25, Duration.ofHours(1))
                        .pricing(GmailCall.GET_PROFILE, 6)));
        gmail.addUser("other@example.com");
        assertEquals(200, get().status());
        GmailFixture.Answer refused =
                fixture.send(fixture.request(PROFILE, fixture.token("other@example.com", GmailServer.SCOPE))
                        .build());
        GmailFixture.Answer otherProject = fixture.send(
                fixture.request(PROFILE, fixture.tokenOfProject("globex")).build());

        assertEquals(403, refused.status());
        assertEquals("rateLimitExceeded", refused.reason());
        assertEquals(200, otherProject.status());
    }

    @Test
    void limits_onConcurrency_refuseWhatIsTooMuch() throws Exception {
        start(GmailFixture.quick().with(GmailSettings.Quota.defaults().atOnce(2)));
        gmail.faults(GmailFaults.builder()
                .bytesPerSecond(100)
                .calls(GmailCall.GET_MESSAGE)
                .build());
        List<CompletableFuture<HttpResponse<Void>>> slow = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            slow.add(fixture.client.sendAsync(
                    fixture.request(path, fixture.token).build(), BodyHandlers.discarding()));
        }
        await().until(() -> gmail.maxConcurrent(USER) == 2);
        GmailFixture.Answer third = fixture.get(PROFILE);

        assertEquals(429, third.status());
        assertEquals("Too many concurrent requests for user.", third.message());
        assertEquals(3, gmail.maxConcurrent(USER));
        for (CompletableFuture<HttpResponse<Void>> each : slow) {
            assertEquals(200, each.get(20, TimeUnit.SECONDS).statusCode());
        }
        await().until(() -> fixture.get(PROFILE).status() == 200);
    }

    private GmailFixture.Answer get() throws Exception {
        return fixture.get(path);
    }
}
