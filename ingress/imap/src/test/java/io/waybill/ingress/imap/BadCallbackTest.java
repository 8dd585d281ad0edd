package io.waybill.ingress.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.Caller;
import io.waybill.ingress.endpoint.FakeSender;
import io.waybill.ingress.endpoint.SlowCaller;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callbacks that are signed well and made badly, or too large to be looked at. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadCallbackTest {
    private final Mailbox mailbox = Ingress.mailbox("acme", "support", null);
    private Ingress ingress;
    private Listener listener;

    @BeforeAll
    void start(@TempDir Path secrets) {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        ingress = Ingress.inMemory(secrets, Map.of());
        ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
        listener = ingress.listener();
    }

    @AfterAll
    void stop() {
        ingress.close();
    }

    @AfterEach
    void nothingWasEnqueued() {
        assertEquals(0, ingress.bean(FakeSender.class).count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "17",
                "{",
                "{}",
                "\"INBOX\"",
                "{\"folder\":\"INBOX\"}",
                "{\"folder\":\"INBOX\",\"changes\":false}",
                "{\"folder\":\"INBOX\",\"changes\":\"true\"}",
                "{\"folder\":\"INBOX\",\"changes\":true,\"uidValidity\":1,\"uids\":[1]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[null]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[0]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[4294967296]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[1.5]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[\"1\"]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[[1]]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[99999999999999999999]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":-1,\"uids\":[1]}",
                "{\"folder\":\"IN\\nBOX\",\"uidValidity\":1,\"uids\":[1]}",
                "{\"folder\":null,\"uidValidity\":1,\"uids\":[1]}",
                "{\"folder\":\"INBOX\",\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[1]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[1],\"subject\":\"smuggled\"}",
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[1]} {}",
            })
    void receive_malformed(String body) {
        assertProblem(400, "malformed", signed(body));
    }

    @Test
    void receive_malformed_repeatsNothingOfIt() {
        HttpResponse<String> answer = signed("{\"folder\":\"INBOX\",\"quokka\":\"quokka\"}");
        assertFalse(answer.body().contains("quokka"));
    }

    @Test
    void receive_tooManyUids() {
        String uids = LongStream.rangeClosed(1, 1001).mapToObj(Long::toString).collect(Collectors.joining(","));
        HttpResponse<String> answer = signed("{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[" + uids + "]}");
        assertProblem(400, "malformed", answer);
        assertTrue(answer.body().contains("uids must be 1 to 1000"));
    }

    @Test
    void receive_hashesThatAreNotAsManyAsUids() {
        HttpResponse<String> answer =
                signed("{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[1,2],\"messageIdHashes\":[\"h\"]}");
        assertProblem(400, "malformed", answer);
        assertTrue(answer.body().contains("messageIdHashes must be as many as uids"));
    }

    @Test
    void receive_messageIdInPlaceOfItsHash() {
        HttpResponse<String> answer = signed(
                "{\"folder\":\"INBOX\",\"uidValidity\":1,\"uids\":[1],\"messageIdHashes\":[\"<quokka at example>\"]}");
        assertProblem(400, "malformed", answer);
        assertFalse(answer.body().contains("quokka"));
    }

    @Test
    void receive_foreignFolder() {
        assertProblem(400, "foreign-folder", signed("{\"folder\":\"Sent\",\"changes\":true}"));
        assertProblem(400, "foreign-folder", signed("{\"folder\":\"Inbox/..\",\"changes\":true}"));
    }

    @Test
    void receive_brokenUtf8() {
        byte[] body = "{\"folder\":\"INBOX\",\"changes\":true}".getBytes(StandardCharsets.UTF_8);
        body[12] = (byte) 0xC3;
        Map<String, String> headers = Listener.sign(Ingress.derived(mailbox), new String(body, StandardCharsets.UTF_8));
        assertProblem(400, "malformed", listener.post(mailbox.k(), headers, body));
        assertProblem(400, "malformed", listener.post("unknown", headers, body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/json-patch+json", "multipart/form-data; boundary=x", "a", ";", ""})
    void receive_otherContentType(String contentType) {
        String body = "{\"folder\":\"INBOX\",\"changes\":true}";
        Map<String, String> headers = new HashMap<>(Listener.sign(Ingress.derived(mailbox), body));
        headers.put("content-type", contentType);
        assertProblem(415, "not-json", listener.post(mailbox.k(), headers, body));
        headers.remove("content-type");
        assertProblem(415, "not-json", listener.post(mailbox.k(), headers, body));
    }

    @Test
    void receive_compressed_isRefusedAndNeverInflated() {
        String body = "{\"folder\":\"INBOX\",\"changes\":true}";
        Map<String, String> headers = new HashMap<>(Listener.sign(Ingress.derived(mailbox), body));
        byte[] bomb = Caller.gzipOfHundredMegabytes();
        for (String coding : List.of("gzip", "deflate", "br", "identity, gzip")) {
            headers.put("content-encoding", coding);
            assertProblem(
                    415,
                    "not-json",
                    listener.post(mailbox.k(), headers, Caller.gzip(body.getBytes(StandardCharsets.UTF_8))));
            assertProblem(415, "not-json", listener.post(mailbox.k(), headers, bomb));
        }
        headers.put("content-encoding", "identity");
        assertProblem(400, "malformed", listener.post(mailbox.k(), headers, new byte[] {(byte) 0xC3}));
        assertEquals(200, listener.get("/health/liveness").statusCode());
    }

    @Test
    void receive_tooLarge_isRefusedBeforeItIsThere() {
        String answer = ingress.caller().exchange("""
            POST /imap/notifications?k=x HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Content-Length: 10000000\r
            \r
            """, new byte[0]);
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
    }

    @Test
    void receive_slow_isClosed(@TempDir Path otherSecrets) {
        try (Ingress quick = Ingress.inMemory(otherSecrets, Map.of("waybill.ingress.max-request-time", "1s"));
                SlowCaller slow = new SlowCaller(quick)) {
            slow.send(SlowCaller.head("/imap/notifications?k=x", 100_000));
            slow.trickle();
            assertEquals(1, quick.counted("closed_total{provider=\"imap\",reason=\"slow\"}"));
        }
    }

    @Test
    void receive_tooLargeInChunks_isRefusedAtTheLimit() {
        String answer = ingress.caller().postChunks("/imap/notifications?k=x", 17, 0x2000);
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }

    @Test
    void server_otherPathsAndMethods() {
        HttpResponse<String> absent = listener.get("/imap/quokka");
        assertEquals(404, absent.statusCode());
        assertEquals(
                "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"Not Found\"}",
                absent.body());
        HttpResponse<String> got = listener.get("/imap/notifications?k=x");
        assertEquals(405, got.statusCode());
        assertEquals("POST", got.headers().firstValue("allow").orElseThrow());
        assertEquals(
                "application/problem+json",
                got.headers().firstValue("content-type").orElseThrow());
    }

    private HttpResponse<String> signed(String body) {
        return listener.post(mailbox.k(), Listener.sign(Ingress.derived(mailbox), body), body);
    }

    private static void assertProblem(int status, String word, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
        assertTrue(answer.body().contains("\"urn:waybill:problem:" + word + "\""), answer.body());
        assertTrue(answer.body().contains("\"status\":" + status), answer.body());
    }
}
