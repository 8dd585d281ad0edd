package io.waybill.ingress.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PushRegistration;
import io.waybill.ingress.endpoint.FakeSender;
import io.waybill.sandbox.emulator.StoppedClock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may enqueue: whom Google says is the registration's own account, for its own audience, and nobody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PushTokenTest {
    private static final PushRegistration OTHER = Ingress.registration("k-two", "two");
    private static final RSAKey STRANGER = Google.generate(Google.KEY.getKeyID());

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private final Mailbox theirs = Ingress.mailbox("globex", "support", "support@globex.example", OTHER.topic());
    private Google google;
    private Ingress ingress;
    private Instant now;
    private Pubsub pubsub;
    private FakeSender brokers;
    private int before;

    @BeforeAll
    void start(@TempDir Path secrets) {
        google = new Google();
        ingress = Ingress.inMemory(secrets, google, Map.of());
        Stream.of(mailbox, theirs).forEach(ingress.bean(InMemoryMailboxDirectory.class)::put);
        Stream.of(Ingress.REGISTRATION, OTHER).forEach(ingress.bean(InMemoryMailboxDirectory.class)::put);
        pubsub = ingress.pubsub();
        brokers = ingress.bean(FakeSender.class);
        now = ingress.bean(StoppedClock.class).instant();
    }

    @AfterAll
    void stop() {
        ingress.close();
        google.close();
    }

    @BeforeEach
    void count() {
        before = brokers.count();
    }

    private static Arguments claim(String name, Object value, String fault) {
        return Arguments.of(
                Named.<UnaryOperator<JWTClaimsSet.Builder>>of(
                        name + " = " + value, claims -> claims.claim(name, value)),
                fault);
    }

    static Stream<Arguments> forgedClaims() {
        PushRegistration ours = Ingress.REGISTRATION;
        return Stream.of(
                claim("aud", OTHER.audience(), "audience"),
                claim("aud", ours.audience() + "/", "audience"),
                claim("aud", ours.audience().toUpperCase(java.util.Locale.ROOT), "audience"),
                claim("aud", List.of(ours.audience(), OTHER.audience()), "audience"),
                claim("aud", List.of(), "audience"),
                claim("aud", null, "audience"),
                claim("email", OTHER.serviceAccount(), "account"),
                claim("email", "x" + ours.serviceAccount(), "account"),
                claim("email", List.of(ours.serviceAccount()), "account"),
                claim("email", null, "account"),
                claim("email_verified", false, "account"),
                claim("email_verified", "true", "account"),
                claim("email_verified", 1, "account"),
                claim("email_verified", null, "account"),
                claim("iss", "https://accounts.google.com/", "issuer"),
                claim("iss", "http://accounts.google.com", "issuer"),
                claim("iss", "https://accounts.google.com.evil.example", "issuer"),
                claim("iss", "https://securetoken.google.com/example", "issuer"),
                claim("iss", null, "issuer"),
                claim("exp", null, "lifetime"),
                claim("iat", null, "lifetime"));
    }

    @ParameterizedTest
    @DisplayName("A06 g T13 a token for another audience, of another account or issuer, enqueues nothing")
    @MethodSource("forgedClaims")
    void receive_forgedClaim(UnaryOperator<JWTClaimsSet.Builder> forge, String fault) {
        assertRefused(fault, Google.sign(forge.apply(claims())));
    }

    @ParameterizedTest
    @DisplayName(
            "A06 g T13 a token that has expired or is of the future enqueues nothing, with 60 s between the clocks")
    @CsvSource({
        "exp,-60,lifetime",
        "exp,-3600,lifetime",
        "exp,-59,",
        "iat,61,lifetime",
        "iat,3600,lifetime",
        "iat,60,",
        "iat,-3600,",
        "nbf,61,lifetime",
        "nbf,60,",
    })
    void receive_atAnotherTime(String claim, long seconds, String fault) {
        String token = Google.sign(claims().claim(claim, Date.from(now.plusSeconds(seconds))));
        if (fault == null) {
            assertAccepted(token);
        } else {
            assertRefused(fault, token);
        }
    }

    @Test
    void receive_eitherSpellingOfTheIssuer() {
        assertAccepted(Google.sign(claims().issuer("accounts.google.com")));
    }

    @Test
    @DisplayName("A06 g a token that is used again is good again, and its algorithm is all that its type says")
    void receive_sameTokenAgain() {
        String token = Google.sign(
                Google.KEY,
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(Google.KEY.getKeyID())
                        .type(null),
                claims());
        assertAccepted(token);
        assertAccepted(token);
    }

    @Test
    @DisplayName("A06 g a token that was good is good no longer when it has expired, or its key is Google's no more")
    void receive_sameTokenLater(@TempDir Path secrets) {
        try (Google another = new Google();
                Ingress other = Ingress.inMemory(secrets, another, Map.of())) {
            other.bean(InMemoryMailboxDirectory.class).put(mailbox);
            other.bean(InMemoryMailboxDirectory.class).put(Ingress.REGISTRATION);
            StoppedClock clock = other.bean(StoppedClock.class);
            another.answer(Google.published("max-age=86400", Google.KEY));
            Instant begin = clock.instant();
            String token = Google.sign(Google.claims(Ingress.REGISTRATION, begin));
            String longer = Google.sign(
                    Google.claims(Ingress.REGISTRATION, begin).expirationTime(Date.from(begin.plusSeconds(200_000))));
            String body = Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7));
            for (String good : List.of(token, token, longer)) {
                assertEquals(
                        204,
                        other.pubsub().push(Ingress.REGISTRATION, good, body).statusCode());
            }

            clock.turn(Duration.ofSeconds(3600).plus(PushToken.SKEW));
            assertEquals(
                    401, other.pubsub().push(Ingress.REGISTRATION, token, body).statusCode());
            assertEquals(1, other.rejected("lifetime"));
            assertEquals(
                    204, other.pubsub().push(Ingress.REGISTRATION, longer, body).statusCode());

            another.answer(Google.published("max-age=86400", Google.NEXT));
            clock.turn(Duration.ofSeconds(86_400));
            assertEquals(
                    401, other.pubsub().push(Ingress.REGISTRATION, longer, body).statusCode());
            assertEquals(1, other.rejected("unknown-key"));
        }
    }

    @Test
    @DisplayName(
            "A06 g T13 a token with alg none, or signed with the public key as if it were a secret, enqueues nothing")
    void receive_otherAlgorithm(@TempDir Path secrets) throws JOSEException {
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(Google.KEY.toPublicKey().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
        String none = new PlainJWT(claims().build()).serialize();
        List<String> forged = List.of(
                none,
                none.replaceFirst("^[^.]+", base64("{\"alg\":\"none\",\"kid\":\"" + Google.KEY.getKeyID() + "\"}")),
                none + "x",
                mac(Google.KEY.toPublicKey().getEncoded()),
                mac(pem),
                mac(Google.KEY.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)),
                signed(JWSAlgorithm.RS384),
                signed(JWSAlgorithm.RS512),
                signed(JWSAlgorithm.PS256));
        try (Google unasked = new Google();
                Ingress other = Ingress.inMemory(secrets, unasked, Map.of())) {
            other.bean(InMemoryMailboxDirectory.class).put(mailbox);
            other.bean(InMemoryMailboxDirectory.class).put(Ingress.REGISTRATION);
            for (String token : forged) {
                assertUnauthorized(other.pubsub().push(Ingress.REGISTRATION, token, body()));
            }
            assertEquals(0, other.bean(FakeSender.class).count());
            assertEquals(forged.size(), other.rejected("algorithm") + other.rejected("malformed-token"));
            assertEquals(0, unasked.asked(), "a key was looked up");
        }
    }

    @Test
    @DisplayName("A06 g a token that somebody else signed enqueues nothing, whatever key it names or brings along")
    void receive_otherSignature() {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(Google.KEY.getKeyID());
        assertRefused("signature", Google.sign(STRANGER, header, claims()));
        assertRefused("signature", Google.sign(STRANGER, header.jwk(STRANGER.toPublicJWK()), claims()));
        String good = Google.sign(claims());
        String[] parts = good.split("\\.", -1);
        String of = Google.sign(claims().claim("email", OTHER.serviceAccount())).split("\\.", -1)[1];
        assertRefused("signature", parts[0] + "." + of + "." + parts[2]);
        assertRefused("signature", parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()));
        assertRefused("signature", parts[0] + "." + parts[1] + "." + "AAAA");
    }

    @Test
    void receive_otherKey() {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256);
        assertRefused("unknown-key", Google.sign(Google.KEY, header, claims()));
        assertRefused("unknown-key", Google.sign(Google.KEY, header.keyID(""), claims()));
        assertRefused("unknown-key", Google.sign(Google.NEXT, header.keyID(Google.NEXT.getKeyID()), claims()));
    }

    @ParameterizedTest
    @DisplayName("A06 g a missing token, or something in its place, enqueues nothing")
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Basic c3VwcG9ydDpzZWNyZXQ=",
                "Token x",
                "Bearer ",
                "Bearer x",
                "Bearer ..",
                "Bearer a.b.c",
                "Bearer e30.e30.e30",
                "Bearer eyJhbGciOiJSUzI1NiJ9.e30.",
                "Bearer eyJhbGciOiJSUzI1NiJ9.W10.AAAA",
                "Bearer eyJhbGciOiJSUzI1NiJ9.eyJleHAiOiJzb29uIn0.AAAA",
                "Bearer eyJhbGciOjF9.e30.AAAA",
                "Bearer eyJhbGciOiJSUzI1NiIsImVuYyI6bnVsbH0.e30.AAAA",
                "Bearer eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.AAAA.AAAA.AAAA.AAAA",
            })
    void receive_noToken(String authorization) {
        assertUnauthorized(pubsub.post(
                "/google/push?k=" + Ingress.REGISTRATION.k(), Map.of("authorization", authorization), body()));
        assertEquals(before, brokers.count());
    }

    @Test
    @DisplayName("A06 g without an Authorization header nothing is enqueued, nor with two")
    void receive_noHeaderOrTwo() {
        double rejected = ingress.rejected("no-token");
        assertUnauthorized(pubsub.post("/google/push?k=" + Ingress.REGISTRATION.k(), Map.of(), body()));
        String header = "Authorization: Bearer " + Google.sign(claims()) + "\r\n";
        String answer = ingress.caller()
                .exchange(
                        "POST /google/push?k=" + Ingress.REGISTRATION.k() + " HTTP/1.1\r\nHost: localhost\r\n" + header
                                + header + "Content-Length: 2\r\n\r\n",
                        "{}".getBytes(StandardCharsets.US_ASCII));
        assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
        assertEquals(before, brokers.count());
        assertEquals(rejected + 2, ingress.rejected("no-token"));
    }

    @Test
    @DisplayName("A22 g another registration's valid token enqueues nothing, in either's mailboxes")
    void receive_otherRegistrations() {
        String foreign = Google.sign(Google.claims(OTHER, now));
        assertRefused("audience", foreign);
        for (PushRegistration named : List.of(Ingress.REGISTRATION, OTHER)) {
            for (Mailbox at : List.of(mailbox, theirs)) {
                assertUnauthorized(
                        pubsub.push(Ingress.REGISTRATION, foreign, Pubsub.body(named, Pubsub.data(at.address(), 7))));
            }
        }
        assertEquals(before, brokers.count());
    }

    @Test
    @DisplayName("A06 g an unknown k and a bad token have the same answer")
    void receive_unknownK_isAnsweredAsABadToken() {
        HttpResponse<String> bad = pubsub.push(Ingress.REGISTRATION, Google.sign(Google.claims(OTHER, now)), body());
        double rejected = ingress.rejected("unknown-registration");
        String good = Google.sign(claims());
        for (String path :
                List.of("/google/push?k=unknown", "/google/push?k=", "/google/push", "/google/push?k=" + mailbox.k())) {
            HttpResponse<String> answer = pubsub.post(path, Pubsub.authorization(good), body());
            assertUnauthorized(answer);
            assertEquals(bad.body(), answer.body());
            assertEquals(bad.headers().map().keySet(), answer.headers().map().keySet());
        }
        assertEquals(before, brokers.count());
        assertEquals(rejected + 4, ingress.rejected("unknown-registration"));
    }

    private JWTClaimsSet.Builder claims() {
        return Google.claims(Ingress.REGISTRATION, now);
    }

    private String body() {
        return Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7));
    }

    private String signed(JWSAlgorithm algorithm) {
        return Google.sign(Google.KEY, new JWSHeader.Builder(algorithm).keyID(Google.KEY.getKeyID()), claims());
    }

    private String mac(byte[] secret) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(Google.KEY.getKeyID())
                        .build(),
                claims().build());
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void assertAccepted(String token) {
        int sent = brokers.count();
        HttpResponse<String> answer = pubsub.push(Ingress.REGISTRATION, token, body());
        assertEquals(204, answer.statusCode(), answer.body());
        assertEquals(sent + 1, brokers.count());
    }

    private void assertRefused(String fault, String token) {
        double rejected = ingress.rejected(fault);
        assertUnauthorized(pubsub.push(Ingress.REGISTRATION, token, body()));
        assertEquals(before, brokers.count());
        assertEquals(rejected + 1, ingress.rejected(fault));
    }

    /** And it says nothing of why. */
    private static void assertUnauthorized(HttpResponse<String> answer) {
        assertEquals(401, answer.statusCode());
        assertEquals(List.of("Bearer"), answer.headers().allValues("www-authenticate"));
        assertEquals(
                "{\"type\":\"urn:waybill:problem:unauthorized\",\"title\":\"Unauthorized\",\"status\":401,"
                        + "\"detail\":\"no valid signature for this address\"}",
                answer.body());
    }
}
