package io.waybill.ingress.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.Caller;
import io.waybill.ingress.endpoint.FakeSender;
import io.waybill.ingress.endpoint.SlowCaller;
import io.waybill.sandbox.emulator.StoppedClock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushes that are proved well and made badly, or too large to be looked at. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadPushTest {
    private static final String SUBSCRIPTION = Ingress.REGISTRATION.subscription();

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private Google google;
    private Ingress ingress;
    private Pubsub pubsub;
    private String token;

    @BeforeAll
    void start(@TempDir Path secrets) {
        google = new Google();
        ingress = Ingress.inMemory(secrets, google, Map.of());
        ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
        ingress.bean(InMemoryMailboxDirectory.class).put(Ingress.REGISTRATION);
        pubsub = ingress.pubsub();
        token = Google.sign(Google.claims(
                Ingress.REGISTRATION, ingress.bean(StoppedClock.class).instant()));
    }

    @AfterAll
    void stop() {
        ingress.close();
        google.close();
    }

    @AfterEach
    void nothingWasEnqueued() {
        assertEquals(0, ingress.bean(FakeSender.class).count());
    }

    @ParameterizedTest
    @DisplayName("T14 a body that is no push is acknowledged and counted")
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "17",
                "{",
                "\"message\"",
                "{\"message\":",
                "{\"message\":{}",
                "{\"message\":{}} {}",
                "{\"message\":{},\"message\":{}}",
                "{\"message\":17}",
                "{\"message\":\"e30=\"}",
                "{\"message\":[{\"data\":\"e30=\"}]}",
                "{\"message\":{\"data\":{}}}",
                "{\"message\":{\"data\":[\"e30=\"]}}",
                "{\"subscription\":{}}",
                "{'message':{}}",
                "{\"message\":{},}",
                "\uFEFF{\"message\":{}}",
            })
    void receive_malformed(String body) {
        assertDropped("malformed", body);
    }

    @Test
    void receive_deeplyNested() {
        assertDropped("malformed", "{\"message\":" + "[".repeat(100_000));
        assertDropped("malformed", "{\"message\":{\"attributes\":" + "{\"a\":".repeat(100_000));
        assertDropped("malformed", "{\"" + "n".repeat(100_000) + "\":1}");
    }

    @Test
    void receive_otherEncoding() {
        byte[] utf16 = Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7))
                .getBytes(StandardCharsets.UTF_16LE);
        double dropped = ingress.dropped("malformed");
        assertEquals(
                204,
                ingress.caller()
                        .postAsync("/google/push?k=" + Ingress.REGISTRATION.k(), Pubsub.authorization(token), utf16)
                        .join()
                        .statusCode());
        assertEquals(dropped + 1, ingress.dropped("malformed"));
    }

    @ParameterizedTest
    @DisplayName("a compressed body is refused, whatever its token, and never inflated")
    @ValueSource(strings = {"gzip", "deflate", "br", "identity, gzip"})
    void receive_compressed(String coding) {
        double rejected = ingress.rejected("not-json");
        byte[] push = Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7))
                .getBytes(StandardCharsets.UTF_8);
        for (byte[] body : List.of(Caller.gzip(push), Caller.gzipOfHundredMegabytes())) {
            HttpResponse<String> answer = encoded(coding, body);
            assertEquals(415, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"urn:waybill:problem:not-json\""), answer.body());
        }
        assertEquals(rejected + 2, ingress.rejected("not-json"));
        assertEquals(204, encoded("identity", new byte[0]).statusCode());
    }

    private HttpResponse<String> encoded(String coding, byte[] body) {
        Map<String, String> headers = new HashMap<>(Pubsub.authorization(token));
        headers.put("content-encoding", coding);
        return ingress.caller()
                .postAsync("/google/push?k=" + Ingress.REGISTRATION.k(), headers, body)
                .join();
    }

    @ParameterizedTest
    @DisplayName("T14 a push of another subscription, or of none, is acknowledged and counted")
    @ValueSource(
            strings = {
                "",
                "\"subscription\":null,",
                "\"subscription\":\"\",",
                "\"subscription\":\"projects/example/subscriptions/two\",",
                "\"subscription\":\"projects/example/subscriptions/one/\",",
                "\"subscription\":\"PROJECTS/example/subscriptions/one\",",
            })
    void receive_foreignSubscription(String subscription) {
        assertDropped(
                "foreign-subscription",
                "{" + subscription + "\"message\":{\"data\":\"" + Pubsub.data(mailbox.address(), 7) + "\"}}");
    }

    @ParameterizedTest
    @DisplayName("T14 a push without a message, or without data, is acknowledged and counted")
    @ValueSource(
            strings = {
                "",
                ",\"message\":null",
                ",\"message\":{}",
                ",\"message\":{\"data\":null}",
                ",\"message\":{\"data\":\"\"}",
                ",\"message\":{\"attributes\":{\"emailAddress\":\"support@acme.example\",\"historyId\":\"7\"}}",
                ",\"data\":\"eyJlbWFpbEFkZHJlc3MiOiJzdXBwb3J0QGFjbWUuZXhhbXBsZSIsImhpc3RvcnlJZCI6N30=\"",
            })
    void receive_noData(String rest) {
        assertDropped("data", "{\"subscription\":\"" + SUBSCRIPTION + "\"" + rest + "}");
    }

    @ParameterizedTest
    @DisplayName("T14 data that is not base64, not JSON, or has no historyId of 64 bits is acknowledged and counted")
    @ValueSource(
            strings = {
                "not base64!",
                "bm8gSlNPTg==",
                "e30=",
                "eyJlbWFpbEFkZHJlc3MiOiJzdXBwb3J0QGFjbWUuZXhhbXBsZSIsImhpc3RvcnlJZCI6",
            })
    void receive_otherData(String data) {
        assertDropped("data", Pubsub.body(Ingress.REGISTRATION, data));
    }

    @ParameterizedTest
    @DisplayName("T14 a historyId that is negative, 2^64, text or missing is acknowledged and counted")
    @ValueSource(strings = {"-1", "18446744073709551616", "\"text\"", "null", "1.5"})
    void receive_otherHistoryId(String historyId) {
        assertDropped(
                "data",
                Pubsub.body(
                        Ingress.REGISTRATION,
                        Pubsub.base64(
                                "{\"emailAddress\":\"" + mailbox.address() + "\",\"historyId\":" + historyId + "}")));
    }

    @Test
    void receive_malformedWithoutAToken_isRefusedAsAnythingElse() {
        HttpResponse<String> answer = pubsub.post("/google/push?k=" + Ingress.REGISTRATION.k(), Map.of(), "{quokka");
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("\"urn:waybill:problem:unauthorized\""), answer.body());
    }

    @Test
    void receive_bodyOfEveryLength() {
        String empty = "{\"subscription\":\"" + SUBSCRIPTION + "\",\"message\":{\"data\":\"\"}}";
        String largest = empty.replace("\"\"", "\"" + "A".repeat(Push.MAX_BYTES - empty.length()) + "\"");
        assertEquals(Push.MAX_BYTES, largest.length());
        assertDropped("data", largest);
        HttpResponse<String> answer = push(largest + " ");
        assertEquals(413, answer.statusCode());
        assertTrue(answer.body().contains("\"urn:waybill:problem:too-large\""), answer.body());
    }

    @Test
    @DisplayName("a body of 10 MB is refused before it is there, whatever its token")
    void receive_tooLarge_isRefusedBeforeItIsThere() {
        double before = ingress.rejected("too-large");
        String answer = ingress.caller().exchange("""
            POST /google/push?k=%s HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer %s\r
            Content-Type: application/json\r
            Content-Length: 10000000\r
            \r
            """.formatted(Ingress.REGISTRATION.k(), token), new byte[0]);
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
        assertEquals(before + 1, ingress.rejected("too-large"));
    }

    @Test
    void receive_slow_isClosed(@TempDir Path otherSecrets) {
        try (Ingress quick = Ingress.inMemory(otherSecrets, google, Map.of("waybill.ingress.max-request-time", "1s"));
                SlowCaller slow = new SlowCaller(quick)) {
            slow.send(SlowCaller.head("/google/push?k=x", 100_000));
            slow.trickle();
            assertEquals(1, quick.counted("closed_total{provider=\"google\",reason=\"slow\"}"));
        }
    }

    @Test
    void receive_tooLargeInChunks_isRefusedAtTheLimit() {
        String answer = ingress.caller().postChunks("/google/push?k=x", 17, 0x10000);
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }

    @Test
    void server_otherPathsAndMethods() {
        HttpResponse<String> absent = pubsub.get("/google/quokka");
        assertEquals(404, absent.statusCode());
        assertEquals(
                "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"Not Found\"}",
                absent.body());
        HttpResponse<String> got = pubsub.get("/google/push?k=x");
        assertEquals(405, got.statusCode());
        assertEquals("POST", got.headers().firstValue("allow").orElseThrow());
    }

    private void assertDropped(String reason, String body) {
        double dropped = ingress.dropped(reason);
        HttpResponse<String> answer = push(body);
        assertEquals(204, answer.statusCode(), answer.body());
        assertEquals("", answer.body());
        assertEquals(dropped + 1, ingress.dropped(reason));
    }

    private HttpResponse<String> push(String body) {
        return pubsub.push(Ingress.REGISTRATION, token, body);
    }
}
