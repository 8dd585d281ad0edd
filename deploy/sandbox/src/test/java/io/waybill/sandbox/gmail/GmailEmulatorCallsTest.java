package io.waybill.sandbox.gmail;

import static io.waybill.sandbox.gmail.GmailFixture.SUBSCRIPTION;
import static io.waybill.sandbox.gmail.GmailFixture.TOPIC;
import static io.waybill.sandbox.gmail.GmailFixture.USER;
import static io.waybill.sandbox.gmail.GmailFixture.await;
import static io.waybill.sandbox.gmail.GmailFixture.encode;
import static io.waybill.sandbox.gmail.GmailFixture.history;
import static io.waybill.sandbox.gmail.GmailFixture.mail;
import static io.waybill.sandbox.gmail.GmailFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The emulator as a process sees it that can only talk HTTP. */
class GmailEmulatorCallsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROFILE = "gmail/v1/users/me/profile";

    private GmailFixture fixture;
    private GmailServer gmail;

    @BeforeEach
    void start() throws Exception {
        fixture = new GmailFixture();
        gmail = fixture.gmail;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void usersAndMessages_areMadeRelabelledAndDeleted() throws Exception {
        post("users", "{\"address\":\"" + USER + "\",\"first_history_id\":\"9223372036854775809\"}");
        assertEquals(
                "9223372036854775809",
                fixture.get("emulator/history?user=" + USER)
                        .json()
                        .get("historyId")
                        .asText());
        String id = deliver("");
        assertEquals("[\"UNREAD\",\"INBOX\"]", minimal(id).get("labelIds").toString());
        String spam = deliver("&label=SPAM&label=UNREAD&received_seconds=1767225600");
        assertEquals("[\"SPAM\",\"UNREAD\"]", minimal(spam).get("labelIds").toString());
        assertEquals("1767225600000", minimal(spam).get("internalDate").asText());
        assertTrue(isDone("messages/relabel?user=" + USER + "&id=" + spam + "&add=INBOX&remove=SPAM"));
        assertEquals("[\"UNREAD\",\"INBOX\"]", minimal(spam).get("labelIds").toString());
        assertTrue(isDone("messages/delete?user=" + USER + "&id=" + id));
        assertFalse(isDone("messages/delete?user=" + USER + "&id=" + id));
        assertEquals(404, fixture.get(message(id) + "?format=minimal").status());
        post("users/deny?user=" + USER, "");
        assertEquals("domainPolicy", fixture.get(PROFILE).reason());
        post("users/allow?user=" + USER, "");
        assertEquals(200, fixture.get(PROFILE).status());
        post("users/remove?user=" + USER, "");
        assertEquals("failedPrecondition", fixture.get(PROFILE).reason());
        post("users", "{\"address\":\"" + USER + "\"}");
        assertEquals(200, fixture.get(PROFILE).status());
    }

    @Test
    void faults_changeWhatIsNamedAlone() throws Exception {
        post(
                "faults",
                "{\"throttled\":1,\"throttled_as\":\"DAILY_LIMIT_EXCEEDED\",\"calls\":[\"GET_MESSAGE\"],\"retry_after_ms\":3000}");
        JsonNode shown = post("faults", "{\"history_lag_ms\":250}").json();

        assertEquals(1.0, shown.get("throttled").asDouble());
        assertEquals(Duration.ofMillis(250), gmail.faults().historyLag());
        assertEquals(shown, fixture.get("emulator/faults").json());
        assertEquals(
                "dailyLimitExceeded",
                fixture.get(message(gmail.deliver(USER, mail("one"))) + "?format=raw")
                        .reason());
        assertEquals(200, fixture.get(PROFILE).status());
        post("heal", "");
        assertEquals(GmailFaults.none(), gmail.faults());
        assertEquals(400, post("faults", "{\"colour\":1}").status());
        assertEquals(400, post("faults", "{\"dropped\":2}").status());
        assertEquals(400, post("faults", "{").status());
        assertEquals(400, post("users/remove", "").status());
        assertEquals(400, post("users/deny?user=nobody@example.com", "").status());
        assertEquals(404, post("nothing", "").status());
    }

    @Test
    void subscriptionsWatchesAndKeys_areMadeAndRemoved() throws Exception {
        String name = "projects/acme-mail/subscriptions/other";
        post("topics?topic=projects/acme-mail/topics/other", "");
        String body = "{\"name\":\"" + name + "\",\"topic\":\"projects/acme-mail/topics/other\",\"endpoint\":\""
                + fixture.listener.url("/other")
                + "\",\"audience\":\"aud\",\"serviceAccount\":\"push@example.com\"}";
        assertEquals(200, post("subscriptions", body).status());
        assertEquals(
                JSON.readTree(body),
                fixture.get("emulator/subscriptions")
                        .json()
                        .get("subscriptions")
                        .get(1));
        assertEquals(400, post("subscriptions", body.replace(name, "other")).status());
        post("publish?topic=projects/acme-mail/topics/other", "poison");
        await().until(() -> fixture.listener.pushes().size() == 1);
        assertEquals("poison", fixture.listener.pushes().getFirst().data());
        assertTrue(isDone("subscriptions/remove?subscription=" + encode(SUBSCRIPTION)));
        assertFalse(isDone("subscriptions/remove?subscription=" + encode(SUBSCRIPTION)));

        fixture.watch();
        JsonNode watch = fixture.get("emulator/watches").json().at("/watches/0");
        assertEquals(USER, watch.get("address").asText());
        assertEquals(TOPIC, watch.get("topic").asText());
        assertEquals("[\"INBOX\"]", watch.get("labels").toString());
        assertTrue(isDone("watches/remove?user=" + USER));
        assertEquals(0, fixture.get("emulator/watches").json().get("watches").size());
        fixture.watch();
        post("clock?advance_seconds=604801", "");
        assertEquals(0, fixture.get("emulator/watches").json().get("watches").size());

        String kid = post("keys/rotate", "").json().get("kid").asText();
        assertEquals(2, fixture.get("oauth2/v3/certs").json().get("keys").size());
        post("keys/withdraw", "");
        JsonNode keys = fixture.get("oauth2/v3/certs").json().get("keys");
        assertEquals(1, keys.size());
        assertEquals(kid, keys.get(0).get("kid").asText());
    }

    @Test
    void history_isExpired() throws Exception {
        String start = gmail.historyId(USER);
        gmail.deliver(USER, mail("one"));
        assertEquals(200, fixture.get(history(start, "")).status());
        post("history/expire?user=" + USER, "");

        assertEquals(404, fixture.get(history(start, "")).status());
    }

    @Test
    void calls_areCounted() throws Exception {
        fixture.watch();
        fixture.get(PROFILE);
        fixture.get(message("18c0000000000000") + "?format=raw");
        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 1);
        JsonNode counts = fixture.get("emulator/calls").json();

        assertEquals(JSON.readTree("{\"watch\":1,\"get_profile\":1,\"get_message\":1}"), counts.get("calls"));
        assertEquals(JSON.readTree("{\"404\":1}"), counts.get("refused"));
        assertEquals(JSON.readTree("{\"owed\":1,\"post\":1,\"delivered\":1}"), counts.get("pushes"));
        assertEquals(121, counts.get("units").get(USER).asInt());
        assertEquals(1, counts.get("max_concurrent").get(USER).asInt());
    }

    private String deliver(String rest) throws Exception {
        return post("messages?user=" + USER + rest, new String(mail("one"), StandardCharsets.US_ASCII))
                .json()
                .get("id")
                .asText();
    }

    private JsonNode minimal(String id) throws Exception {
        return fixture.get(message(id) + "?format=minimal").json();
    }

    private boolean isDone(String path) throws Exception {
        return post(path, "").json().get("done").asBoolean();
    }

    private GmailFixture.Answer post(String path, String body) throws Exception {
        return fixture.post("emulator/" + path, body);
    }
}
