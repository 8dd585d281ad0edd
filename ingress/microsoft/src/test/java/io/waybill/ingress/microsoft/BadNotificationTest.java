package io.waybill.ingress.microsoft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.Caller;
import io.waybill.ingress.endpoint.FakeSender;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are made badly, or too large to be looked at. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadNotificationTest {
    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private Ingress ingress;
    private Graph graph;

    @BeforeAll
    void start(@TempDir Path secrets) {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        ingress = Ingress.inMemory(secrets, Map.of());
        ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
        graph = ingress.graph();
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
                "",
                " ",
                "null",
                "[]",
                "17",
                "{",
                "{}",
                "\"value\"",
                "{\"value\":null}",
                "{\"value\":{}}",
                "{\"value\":\"\"}",
                "{\"value\":[}",
                "{\"value\":[{]}",
                "{\"value\":[{}",
                "{\"value\":[{\"resourceData\":{\"id\":\"x\"",
                "{\"value\":[]} {}",
                "{\"value\":[],\"value\":[]}",
                "{\"value\":[{\"clientState\":\"a\",\"clientState\":\"b\"}]}",
                "{\"value\":[{\"id\":1e}]}",
                "{'value':[]}",
                "{\"value\":[],}",
                "\uFEFF{\"value\":[]}",
                // As Microsoft's overview of Outlook notifications prints it, without the braces around and a comma.
                "\"value\":[{\"id\":\"x\"}] \"validationTokens\":[\"eyJ0\"]",
                "{\"value\":[{\"id\":\"x\"}] \"validationTokens\":[\"eyJ0\"]}",
            })
    void receive_malformed(String body) {
        assertProblem(400, "malformed", post(body));
    }

    @Test
    void receive_malformed_repeatsNothingOfIt() {
        assertFalse(post("{\"value\":[quokka]}").body().contains("quokka"));
    }

    @Test
    void receive_deeplyNested() {
        assertProblem(400, "malformed", post("{\"value\":" + "[".repeat(100_000)));
        assertProblem(400, "malformed", post("{\"value\":[{\"a\":" + "{\"a\":".repeat(100_000)));
    }

    @Test
    void receive_longNumberAndLongName() {
        assertProblem(400, "malformed", post("{\"value\":[{\"" + "n".repeat(100_000) + "\":1}]}"));
        assertEquals(202, post("{\"value\":[{\"n\":" + "9".repeat(30) + "}]}").statusCode());
    }

    @Test
    void receive_brokenUtf8() {
        byte[] body = "{\"value\":[{\"clientState\":\"abc\"}]}".getBytes(StandardCharsets.UTF_8);
        body[27] = (byte) 0xC3;
        assertProblem(
                400,
                "malformed",
                graph.postAsync(Graph.notifications(mailbox), "application/json", body)
                        .join());
    }

    @Test
    void receive_utf16() {
        byte[] body = Graph.collection(Graph.created(mailbox, "AAMk=")).getBytes(StandardCharsets.UTF_16LE);
        assertProblem(
                400,
                "malformed",
                graph.postAsync(Graph.notifications(mailbox), "application/json", body)
                        .join());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/json-patch+json", "multipart/form-data; boundary=x", "a", ";", ""})
    void receive_otherContentType(String contentType) {
        String body = Graph.collection(Graph.created(mailbox, "AAMk="));
        assertProblem(415, "not-json", graph.post(Graph.notifications(mailbox), contentType, body));
        assertProblem(415, "not-json", graph.post(Graph.lifecycleUrl(mailbox), null, body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "identity, gzip"})
    void receive_compressed_isRefusedAndNeverInflated(String coding) {
        String body = Graph.collection(Graph.created(mailbox, "AAMk="));
        assertProblem(415, "not-json", encoded(coding, Caller.gzip(body.getBytes(StandardCharsets.UTF_8))));
        assertProblem(415, "not-json", encoded(coding, Caller.gzipOfHundredMegabytes()));
        assertEquals(
                202,
                encoded("identity", "{\"value\":[]}".getBytes(StandardCharsets.UTF_8))
                        .statusCode());
    }

    private HttpResponse<String> encoded(String coding, byte[] body) {
        return ingress.caller()
                .postAsync(
                        Graph.notifications(mailbox),
                        Map.of("content-type", "application/json", "content-encoding", coding),
                        body)
                .join();
    }

    /** All of them would be more than the body can have, were they Graph's: so nobody's mail is refused with them. */
    @Test
    void receive_tenThousandItems_areRefused() {
        HttpResponse<String> answer = graph.notify(
                mailbox,
                Collections.nCopies(10_000, "{\"resourceData\":{\"id\":\"AAMk=\"}}")
                        .toArray(String[]::new));
        assertProblem(413, "too-large", answer);
        assertTrue(answer.body().contains("more than 2000 notifications"), answer.body());
    }

    @Test
    void receive_asManyItemsAsABodyCanHave_areRefused() {
        assertProblem(
                413,
                "too-large",
                graph.notify(mailbox, Collections.nCopies(349_000, "{}").toArray(String[]::new)));
    }

    @Test
    void receive_bodyOfEveryLength() {
        String empty = Graph.collection();
        String largest = empty + " ".repeat(ChangeNotifications.MAX_BYTES - empty.length());
        assertEquals(202, post(largest).statusCode());
        assertProblem(413, "too-large", post(largest + " "));
    }

    @Test
    void receive_tooLarge_isRefusedBeforeItIsThere() throws Exception {
        double before = ingress.counted("rejected_total{provider=\"microsoft\",reason=\"too-large\"}");
        String answer = exchange("""
            POST /microsoft/notifications?k=x HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Content-Length: 10000000\r
            \r
            """, new byte[0]);
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
        assertEquals(before + 1, ingress.counted("rejected_total{provider=\"microsoft\",reason=\"too-large\"}"));
    }

    /** However much is sent: what is beyond the limit is thrown away, and who sends it holds up nobody. */
    @Test
    void receive_tenMegabytes_areRefusedAndOthersStillAnswered() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ingress.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write("""
                POST /microsoft/notifications?k=x HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/json\r
                Transfer-Encoding: chunked\r
                \r
                """.getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            int sent = 0;
            try {
                for (; sent < 160; sent++) {
                    out.write(chunk);
                }
            } catch (SocketException closed) {
                assertTrue(sent >= 16, "closed before the limit");
            }
            assertEquals(202, graph.notify(mailbox).statusCode());
        }
        assertProblem(413, "too-large", post("x".repeat(10_000_000)));
        assertEquals(202, graph.notify(mailbox).statusCode());
    }

    @Test
    void receive_tooLargeInChunks_isRefusedAtTheLimit() throws Exception {
        StringBuilder chunks = new StringBuilder();
        for (int i = 0; i < 17; i++) {
            chunks.append("10000\r\n").append("x".repeat(0x10000)).append("\r\n");
        }
        String answer = exchange("""
            POST /microsoft/lifecycle?k=x HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Transfer-Encoding: chunked\r
            \r
            """, chunks.toString().getBytes(StandardCharsets.US_ASCII));
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }

    @Test
    void receive_lineThatNoTokenNeeds() throws Exception {
        String answer = exchange(
                "POST /microsoft/notifications?validationToken=" + "x".repeat(20_000)
                        + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                new byte[0]);
        // Netty did not get as far as the version.
        assertTrue(answer.startsWith("HTTP/1.0 413 "), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"k=%zz", "validationToken=%zz", "k=%zz&validationToken=x", "k=%", "k=|<>"})
    void receive_queryThatIsNone(String query) throws Exception {
        String answer = exchange(
                "POST /microsoft/notifications?" + query
                        + " HTTP/1.1\r\n"
                        + "Host: localhost\r\n"
                        + "Content-Type: application/json\r\n"
                        + "Content-Length: 2\r\n\r\n"
                        + "{}",
                new byte[0]);
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertFalse(answer.contains("zz"), answer);
    }

    /** With one permit in all: whoever sends slowly has it not. */
    @Test
    void receive_slowClient_keepsNobodyElseWaiting(@TempDir Path secrets) throws Exception {
        try (Ingress narrow = Ingress.inMemory(secrets, Map.of("waybill.ingress.max-in-flight", 1));
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), narrow.port())) {
            slow.setSoTimeout(10_000);
            slow.getOutputStream().write("""
                POST /microsoft/notifications?k=x HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/json\r
                Content-Length: 12\r
                \r
                {"value\
                """.getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().flush();
            assertEquals(202, narrow.graph().notify(mailbox).statusCode());
            assertEquals(202, narrow.graph().notify(mailbox).statusCode());

            slow.getOutputStream().write("\":[]}".getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().flush();
            byte[] answer = new byte[512];
            int read = slow.getInputStream().read(answer);
            String text = new String(answer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
            assertTrue(text.startsWith("HTTP/1.1 202 "), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
    void server_otherMethods(String method) throws Exception {
        String answer = exchange(
                method + " /microsoft/notifications?k=x HTTP/1.1\r\n"
                        + "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n",
                "{}".getBytes(StandardCharsets.US_ASCII));
        assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
    }

    @Test
    void server_otherPaths() {
        HttpResponse<String> absent = graph.get("/microsoft/quokka");
        assertEquals(404, absent.statusCode());
        assertEquals(
                "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"Not Found\"}",
                absent.body());
    }

    private HttpResponse<String> post(String body) {
        return graph.post(Graph.notifications(mailbox), "application/json", body);
    }

    private static void assertProblem(int status, String word, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
        assertTrue(answer.body().contains("\"urn:waybill:problem:" + word + "\""), answer.body());
        assertTrue(answer.body().contains("\"status\":" + status), answer.body());
    }

    /** The first bytes of the answer to bytes that no client library would send. */
    private String exchange(String head, byte[] body) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ingress.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[512];
            int read = in.read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
        }
    }
}
