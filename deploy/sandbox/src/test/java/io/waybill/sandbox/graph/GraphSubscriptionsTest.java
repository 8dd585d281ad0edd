package io.waybill.sandbox.graph;

import static io.waybill.sandbox.graph.GraphFixture.IMMUTABLE;
import static io.waybill.sandbox.graph.GraphFixture.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphSubscriptionsTest {
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
    void create_afterTheHandshake_isGraphsAnswer() throws Exception {
        GraphFixture.Answer answer = create(fixture.subscription());

        assertEquals(201, answer.status());
        JsonNode json = answer.json();
        assertTrue(json.get("@odata.context").asText().endsWith("/v1.0/$metadata#subscriptions/$entity"));
        assertEquals("s3cret", json.get("clientState").asText());
        assertEquals("app-1", json.get("applicationId").asText());
        assertEquals("v1_2", json.get("latestSupportedTlsVersion").asText());
        assertTrue(json.get("encryptionCertificate").isNull());
        assertEquals(
                "users/" + USER + "/mailFolders('inbox')/messages",
                json.get("resource").asText());
        List<Listener.Handshaken> handshakes = fixture.listener.handshakes();
        assertEquals(
                List.of("/notify", "/lifecycle"),
                handshakes.stream().map(Listener.Handshaken::path).toList());
        Listener.Handshaken first = handshakes.getFirst();
        assertEquals("POST", first.method());
        assertEquals("text/plain; charset=utf-8", first.contentType());
        assertTrue(first.rawQuery().startsWith("k=abc&validationToken=Validation%3a+Testing+client"), first.rawQuery());
    }

    @Test
    void create_withAHandshakeThatFails_isRefused() throws Exception {
        fixture.listener.handshakeStatus = 202;
        assertRefused("ValidationError");
        fixture.listener.handshakeStatus = 200;
        fixture.listener.handshakeType = "text/html";
        assertRefused("ValidationError");
        fixture.listener.handshakeType = "text/plain";
        fixture.listener.echo = token -> token + "\n";
        assertRefused("ValidationError");
        assertTrue(fixture.graph.subscriptions().isEmpty());
    }

    @Test
    void create_withAHandshakeThatIsNotAnswered_isRefused() throws Exception {
        stop();
        fixture = new GraphFixture(
                GraphFixture.quick().with(GraphSettings.Delivery.defaults().answeredWithin(Duration.ofMillis(500))));
        fixture.listener.silent = true;
        assertRefused("ValidationError");
        assertTrue(fixture.graph.subscriptions().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "changeType, read",
        "changeType,",
        "resource, me/messages",
        "resource, users/622eaaff-0683-4862-9de4-f2ec83c2bd98/events",
        "notificationUrl, nowhere",
        "expirationDateTime, tomorrow",
        "includeResourceData, true",
    })
    void create_withSomethingWrong_is400(String property, String value) throws Exception {
        ObjectNode wrong = fixture.subscription().put(property, value);

        assertEquals(400, create(wrong).status());
        assertTrue(fixture.listener.handshakes().isEmpty());
    }

    @Test
    void create_forAMailboxThatIsNotThereOrDenied_saysSo() throws Exception {
        fixture.graph.denyUser(USER);
        assertEquals("ErrorAccessDenied", create(fixture.subscription()).code());
        fixture.graph.removeUser(USER);
        assertEquals("ErrorInvalidUser", create(fixture.subscription()).code());
    }

    @Test
    void create_twice_is409WithTheId() throws Exception {
        String id = fixture.subscribe();
        GraphFixture.Answer again = create(fixture.subscription());

        assertEquals(409, again.status());
        assertTrue(again.json().path("error").path("message").asText().contains(id));
        ObjectNode wider = fixture.subscription().put("resource", "users/" + USER + "/messages");
        assertEquals(201, create(wider).status());
    }

    @Test
    void expiration_tooLate_isRefusedAndTooEarlyIsRaised() throws Exception {
        Instant now = Instant.now();
        assertEquals(400, create(expiring(now.plus(Duration.ofMinutes(10_082)))).status());
        JsonNode raised = create(expiring(now.plusSeconds(60))).json();

        Instant expiration = Instant.parse(raised.get("expirationDateTime").asText());
        assertFalse(expiration.isBefore(now.plus(Duration.ofMinutes(45))), expiration.toString());
    }

    @Test
    void renew_movesTheExpiration() throws Exception {
        String path = "v1.0/subscriptions/" + fixture.subscribe();
        Instant later = Instant.parse("2030-01-01T00:00:00Z");
        ObjectNode body = expiring(later).retain("expirationDateTime");
        assertEquals(400, fixture.call("PATCH", path, body).status());
        Instant soon = Instant.now().plus(Duration.ofDays(6));
        body.put("expirationDateTime", soon.toString());

        GraphFixture.Answer renewed = fixture.call("PATCH", path, body);

        assertEquals(200, renewed.status());
        assertEquals(
                soon, Instant.parse(renewed.json().get("expirationDateTime").asText()));
        assertEquals(renewed.json(), fixture.get(path).json());
    }

    @Test
    void delete_andTimeAndRemoval_endIt() throws Exception {
        String deleted = "v1.0/subscriptions/" + fixture.subscribe();
        assertEquals(204, fixture.call("DELETE", deleted, null).status());
        assertEquals(404, fixture.get(deleted).status());
        String expired = "v1.0/subscriptions/" + fixture.subscribe();
        fixture.graph.advance(Duration.ofDays(3));
        assertEquals(
                404, fixture.call("PATCH", expired, expiring(Instant.now())).status());
        ObjectNode later = expiring(Instant.now().plus(Duration.ofDays(5)));
        String removed = create(later).json().get("id").asText();
        assertTrue(fixture.graph.removeSubscription(removed));
        assertEquals(404, fixture.get("v1.0/subscriptions/" + removed).status());
    }

    @Test
    void list_isPagedAndOfTheAppAlone() throws Exception {
        fixture.tokens.addApp("contoso.example", "app-2", "swordfish");
        for (int i = 0; i < 101; i++) {
            fixture.graph.addUser("user-" + i, "user-" + i + "@example.com");
            ObjectNode body = fixture.subscription().put("resource", "users/user-" + i + "/messages");
            assertEquals(201, create(body.without("lifecycleNotificationUrl")).status());
        }
        JsonNode first = fixture.get("v1.0/subscriptions").json();
        JsonNode second = fixture.get(first.get("@odata.nextLink").asText()).json();

        assertEquals(100, first.get("value").size());
        assertEquals(1, second.get("value").size());
        assertFalse(second.has("@odata.nextLink"));
        GraphFixture.Answer others = fixture.send(fixture.request("v1.0/subscriptions")
                .setHeader("Authorization", "Bearer " + fixture.token("app-2"))
                .build());
        assertEquals(0, others.json().get("value").size());
    }

    @Test
    void reauthorize_isAnsweredWithoutABody() throws Exception {
        GraphFixture.Answer answer =
                fixture.call("POST", "v1.0/subscriptions/" + fixture.subscribe() + "/reauthorize", null);

        assertEquals(200, answer.status());
        assertEquals(0, answer.raw().body().length);
    }

    private ObjectNode expiring(Instant time) {
        return fixture.subscription().put("expirationDateTime", time.toString());
    }

    private GraphFixture.Answer create(JsonNode body) throws Exception {
        return fixture.call("POST", "v1.0/subscriptions", body, IMMUTABLE);
    }

    private void assertRefused(String code) throws Exception {
        GraphFixture.Answer answer = create(fixture.subscription());
        assertEquals(400, answer.status());
        assertEquals(code, answer.code());
    }
}
