package io.waybill.ingress.microsoft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.FakeSender;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graph asks whether somebody listens, before it makes a subscription. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ValidationTest {
    private static final String SENT =
            "Validation%3a+Testing+client+application+reachability+for+subscription+Request-Id%3a+5522bd62-7c96-4530-85b0-00b916f6151a";
    private static final String EXPECTED =
            "Validation: Testing client application reachability for subscription Request-Id:"
                    + " 5522bd62-7c96-4530-85b0-00b916f6151a";

    private Ingress ingress;
    private Graph graph;

    @BeforeAll
    void start(@TempDir Path secrets) {
        // Not in memory: the broker is away, and no mailbox was ever read.
        ingress = Ingress.onKafka(secrets, "127.0.0.1:1");
        graph = ingress.graph();
    }

    @AfterAll
    void stop() {
        ingress.close();
    }

    @ParameterizedTest
    @DisplayName(
            "T1, T2 the token is decoded once, on either URL, with other parameters before and behind, without Kafka")
    @ValueSource(
            strings = {
                "/microsoft/notifications?k=abc&validationToken=",
                "/microsoft/lifecycle?k=abc&validationToken=",
                "/microsoft/notifications?validationToken="
            })
    void receive_token(String path) {
        assertValidated(EXPECTED, graph.post(path + SENT, "text/plain; charset=utf-8", ""));
        assertValidated(EXPECTED, graph.post(path + SENT + "&k=abc", "text/plain; charset=utf-8", ""));
        assertValidated(EXPECTED, graph.post(path + SENT, null, ""));
        assertValidated(EXPECTED, graph.get(path + SENT));
    }

    @ParameterizedTest
    @CsvSource({
        "a%252Bb, a%2Bb",
        "a%2Bb, a+b",
        "a%20b, a b",
        "%22x%22, \"x\"",
        "a=b, a=b",
        "gr%C3%BC%C3%9Fe, grüße",
        "0, 0"
    })
    void receive_tokenDecodedOnce(String sent, String expected) {
        assertValidated(expected, validate(sent));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                "a%3Eb",
                "a%0D%0ASet-Cookie:x",
                "a%00",
                "a%7F",
                "a%C2%85b",
                "a%FF",
                "a&validationToken=b",
            })
    void receive_tokenThatGraphWouldNotSend(String sent) {
        HttpResponse<String> answer = validate(sent);
        assertEquals(400, answer.statusCode());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
        assertFalse(answer.body().contains("script"));
    }

    @Test
    void receive_tokenWithoutValue() {
        assertEquals(
                400,
                graph.post("/microsoft/notifications?validationToken", "text/plain", "")
                        .statusCode());
    }

    @Test
    void receive_tokenOfEveryLength() {
        assertValidated("x".repeat(4096), validate("x".repeat(4096)));
        assertValidated("x".repeat(4096), validate("%78".repeat(4096)));
        assertEquals(400, validate("x".repeat(4097)).statusCode());
        assertEquals(400, validate("%C3%BC".repeat(2049)).statusCode());
    }

    @Test
    void validate_withoutToken() {
        assertEquals(400, graph.get("/microsoft/notifications?k=abc").statusCode());
    }

    @Test
    void receive_beforeMailboxesAreRead_isToBeRepeated() {
        HttpResponse<String> answer =
                graph.post("/microsoft/notifications?k=abc", "application/json", Graph.collection());
        assertEquals(503, answer.statusCode());
        assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
    }

    @Test
    void receive_tokenAndBody_theBodyIsNoNotification(@TempDir Path secrets) {
        Mailbox mailbox = Ingress.mailbox("acme", "support");
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        try (Ingress known = Ingress.inMemory(secrets, Map.of())) {
            known.bean(InMemoryMailboxDirectory.class).put(mailbox);
            HttpResponse<String> answer = known.graph()
                    .post(
                            Graph.notifications(mailbox) + "&validationToken=x",
                            "application/json",
                            Graph.collection(Graph.created(mailbox, "AAMk=")));
            assertValidated("x", answer);
            assertEquals(0, known.bean(FakeSender.class).count());
        }
    }

    private HttpResponse<String> validate(String token) {
        return graph.post("/microsoft/notifications?k=abc&validationToken=" + token, "text/plain; charset=utf-8", "");
    }

    private static void assertValidated(String expected, HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertArrayEquals(
                expected.getBytes(StandardCharsets.UTF_8), answer.body().getBytes(StandardCharsets.UTF_8));
        assertEquals("text/plain", answer.headers().firstValue("content-type").orElseThrow());
        assertEquals(
                "nosniff", answer.headers().firstValue("x-content-type-options").orElseThrow());
    }
}
