package io.waybill.sandbox.graph;

import static io.waybill.sandbox.graph.GraphFixture.IMMUTABLE;
import static io.waybill.sandbox.graph.GraphFixture.USER;
import static io.waybill.sandbox.graph.GraphFixture.await;
import static io.waybill.sandbox.graph.GraphFixture.mail;
import static io.waybill.sandbox.graph.GraphFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The emulator as a process sees it that can only talk HTTP. */
class GraphEmulatorCallsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GraphFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new GraphFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void usersAndMessages_areMadeMovedAndDeleted() throws Exception {
        post("users", "{\"id\":\"u2\",\"mail\":\"u2@example.com\"}");
        String id = post("messages?user=u2&folder=archive", new String(mail("one"), StandardCharsets.US_ASCII))
                .json()
                .get("id")
                .asText();
        String path = "v1.0/users/u2/messages/" + id;
        assertEquals(200, fixture.get(path, IMMUTABLE).status());
        assertTrue(post("messages/move?user=u2&id=" + id + "&folder=inbox", "")
                .json()
                .get("done")
                .asBoolean());
        assertEquals(
                1,
                fixture.get("v1.0/users/u2/mailFolders/inbox/messages")
                        .json()
                        .get("value")
                        .size());
        post("users", "{\"id\":\"u2\",\"denied\":true}");
        assertEquals(403, fixture.get(path, IMMUTABLE).status());
        post("users", "{\"id\":\"u2\"}");
        post("messages/delete?user=u2&id=" + id, "");
        assertEquals("ErrorItemNotFound", fixture.get(path, IMMUTABLE).code());
        post("users/remove?user=u2", "");
        assertEquals("ErrorInvalidUser", fixture.get(path, IMMUTABLE).code());
    }

    @Test
    void faults_changeWhatIsNamedAlone() throws Exception {
        post("faults", "{\"throttled\":1,\"calls\":[\"GET_MIME\"],\"retry_after_ms\":3000}");
        JsonNode shown = post("faults", "{\"invisible_for_ms\":250}").json();

        assertEquals(1.0, shown.get("throttled").asDouble());
        assertEquals(Duration.ofMillis(250), fixture.graph.faults().invisibleFor());
        String id = fixture.graph.deliver(USER, mail("one"));
        assertEquals(429, fixture.get(message(id) + "/$value", IMMUTABLE).status());
        post("heal", "");
        assertEquals(GraphFaults.none(), fixture.graph.faults());
        assertEquals(400, post("faults", "{\"colour\":1}").status());
        assertEquals(400, post("faults", "{\"dropped\":2}").status());
        assertEquals(400, post("faults", "{").status());
        assertEquals(404, post("nothing", "").status());
    }

    @Test
    void subscriptions_areToldExpiredAndRemoved() throws Exception {
        String id = fixture.subscribe();
        post("lifecycle?subscription=" + id + "&event=missed", "");
        await().until(() -> fixture.listener.events().contains("missed"));
        assertEquals(
                400, post("lifecycle?subscription=" + id + "&event=other", "").status());
        post("subscriptions/remove?subscription=" + id, "");
        assertEquals(404, fixture.get("v1.0/subscriptions/" + id).status());
        String second = fixture.subscribe();
        post("clock?advance_seconds=300000", "");
        assertEquals(404, fixture.get("v1.0/subscriptions/" + second).status());
    }

    @Test
    void deltaTokens_expireForOneMailboxOrAll() throws Exception {
        post("users", "{\"id\":\"u2\",\"mail\":\"u2@example.com\"}");
        String link = deltaLink("u2");
        post("delta/expire?user=" + USER, "");
        assertEquals(200, fixture.get(link, IMMUTABLE).status());
        post("delta/expire?user=u2", "");
        assertEquals(410, fixture.get(link, IMMUTABLE).status());
        String next = deltaLink("u2");
        post("delta/expire", "");
        assertEquals(410, fixture.get(next, IMMUTABLE).status());
        assertEquals(400, post("delta/expire?user=nobody", "").status());
    }

    private String deltaLink(String user) throws Exception {
        return fixture.get("v1.0/users/" + user + "/mailFolders/inbox/messages/delta", IMMUTABLE)
                .json()
                .get("@odata.deltaLink")
                .asText();
    }

    @Test
    void calls_areCounted() throws Exception {
        fixture.subscribe();
        fixture.graph.deliver(USER, mail("one"));
        fixture.get("v1.0/users/" + USER);
        fixture.get("v1.0/users/nobody");
        await().until(() -> fixture.graph.notifications(NotificationFate.DELIVERED) == 1);
        JsonNode counts = fixture.get("emulator/calls").json();

        assertEquals(JSON.readTree("{\"create_subscription\":1,\"get_user\":2}"), counts.get("calls"));
        assertEquals(JSON.readTree("{\"404\":1}"), counts.get("refused"));
        assertEquals(1, counts.get("notifications").get("delivered").asInt());
        assertEquals(1, counts.get("max_concurrent").get(USER).asInt());
    }

    private GraphFixture.Answer post(String path, String body) throws Exception {
        return fixture.send(fixture.request("emulator/" + path)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }
}
