package io.waybill.sandbox.gmail;

import static io.waybill.sandbox.gmail.GmailFixture.AUDIENCE;
import static io.waybill.sandbox.gmail.GmailFixture.PUSHER;
import static io.waybill.sandbox.gmail.GmailFixture.USER;
import static io.waybill.sandbox.gmail.GmailFixture.await;
import static io.waybill.sandbox.gmail.GmailFixture.mail;
import static io.waybill.sandbox.gmail.GmailFixture.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of pushes, and the keys that prove them. */
class GmailKeysTest {
    private static final ObjectMapper JSON = new ObjectMapper();

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
    void token_ofAPush_isSignedByAKnownKeyAndSaysWhose() throws Exception {
        long before = Instant.now().getEpochSecond();
        fixture.watch();
        await().until(() -> !fixture.listener.pushes().isEmpty());
        String token = fixture.listener.pushes().getFirst().token();
        JsonNode header = part(token, 0);
        JsonNode claims = part(token, 1);

        assertEquals("RS256", header.get("alg").asText());
        assertEquals("JWT", header.get("typ").asText());
        assertTrue(isSigned(token));
        String other = gmail.pushToken("https://other.example", PUSHER);
        assertFalse(isSigned(token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'))));
        assertEquals("https://accounts.google.com", claims.get("iss").asText());
        assertEquals(AUDIENCE, claims.get("aud").asText());
        assertEquals(PUSHER, claims.get("email").asText());
        assertTrue(claims.get("email_verified").isBoolean()
                && claims.get("email_verified").asBoolean());
        assertTrue(claims.get("sub").asText().matches("1[0-9]{20}"));
        assertTrue(claims.get("iat").asLong() >= before);
        assertEquals(3_600, claims.get("exp").asLong() - claims.get("iat").asLong());
    }

    @Test
    void token_isUsedAgainAndNotMovedByTheClock() throws Exception {
        String first = gmail.pushToken(AUDIENCE, PUSHER);
        gmail.advance(Duration.ofDays(1));
        assertEquals(first, gmail.pushToken(AUDIENCE, PUSHER));
        assertNotEquals(first, gmail.pushToken("https://other.example", PUSHER));
        assertNotEquals(first, gmail.pushToken(AUDIENCE, "other@acme-mail.iam.gserviceaccount.com"));
    }

    @Test
    void subscription_withoutAnAudience_isMeantForItsEndpoint() throws Exception {
        URI endpoint = URI.create(fixture.listener.url("/push?k=abc"));
        gmail.subscribe(new PushSubscription(GmailFixture.SUBSCRIPTION, GmailFixture.TOPIC, endpoint, null, PUSHER));
        fixture.watch();
        await().until(() -> !fixture.listener.pushes().isEmpty());

        assertEquals(
                endpoint.toString(),
                part(fixture.listener.pushes().getFirst().token(), 1).get("aud").asText());
    }

    @Test
    void certs_sayHowLongTheyMayBeKept() throws Exception {
        GmailFixture.Answer answer =
                fixture.send(HttpRequest.newBuilder(gmail.certsUrl()).build());

        assertEquals(200, answer.status());
        assertEquals(
                "public, max-age=19800, must-revalidate, no-transform",
                answer.raw().headers().firstValue("Cache-Control").orElseThrow());
        JsonNode key = answer.json().get("keys").get(0);
        assertEquals("RSA", key.get("kty").asText());
        assertEquals("AQAB", key.get("e").asText());
        assertEquals(1, gmail.calls(GmailCall.GET_CERTS));
    }

    @Test
    void rotation_signsByANewKeyAndKeepsTheOldOneForAWhile() throws Exception {
        String before = gmail.pushToken(AUDIENCE, PUSHER);
        String oldKey = part(before, 0).get("kid").asText();
        String newKey = gmail.rotateKeys();
        fixture.watch();
        await().until(() -> !fixture.listener.pushes().isEmpty());
        String after = fixture.listener.pushes().getFirst().token();

        assertEquals(newKey, part(after, 0).get("kid").asText());
        assertNotEquals(oldKey, newKey);
        assertEquals(List.of(newKey, oldKey), known());
        assertTrue(isSigned(before) && isSigned(after));
        gmail.advance(Duration.ofDays(1).plusSeconds(1));
        assertEquals(List.of(newKey), known());
    }

    @Test
    void rotation_withTheOldKeyWithdrawn_leavesItUnknown() throws Exception {
        String oldKey = part(gmail.pushToken(AUDIENCE, PUSHER), 0).get("kid").asText();
        String newKey = gmail.rotateKeys();
        gmail.withdrawKeys();

        assertEquals(List.of(newKey), known());
        assertFalse(known().contains(oldKey));
        gmail.withdrawKeys();
        assertEquals(List.of(newKey), known(), "the one that signs stays");
    }

    @Test
    void certs_thatFail_doNotKeepPushesFromComing() throws Exception {
        gmail.answerNext(GmailCall.GET_CERTS, GmailAnswer.failure(503));
        assertEquals(503, fixture.get("oauth2/v3/certs").status());
        fixture.watch();
        gmail.deliver(USER, mail("one"));

        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 2);
        assertEquals(200, fixture.get("oauth2/v3/certs").status());
    }

    private List<String> known() throws Exception {
        return texts(fixture.get("oauth2/v3/certs").json().get("keys"), "kid");
    }

    private boolean isSigned(String token) throws Exception {
        String kid = part(token, 0).get("kid").asText();
        JsonNode key = fixture.get("oauth2/v3/certs")
                .json()
                .get("keys")
                .valueStream()
                .filter(each -> each.get("kid").asText().equals(kid))
                .findFirst()
                .orElseThrow();
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e"))));
        verifier.update(token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII));
        return verifier.verify(Base64.getUrlDecoder().decode(token.split("\\.", -1)[2]));
    }

    private static BigInteger number(JsonNode key, String name) {
        byte[] bytes = Base64.getUrlDecoder().decode(key.get(name).asText());
        assertNotEquals(0, bytes[0], "no zero before it");
        return new BigInteger(1, bytes);
    }

    private static JsonNode part(String token, int number) throws Exception {
        return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[number]));
    }
}
