package io.waybill.ingress.google;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.ingress.google.GoogleKeys.Found;
import io.waybill.sandbox.emulator.StoppedClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a key is believed, and how often Google is asked. */
final class GoogleKeysTest {
    private static final String KNOWN = Google.KEY.getKeyID();
    private static final String NEXT = Google.NEXT.getKeyID();
    private static final Google.Answer OUT_OF_ORDER = new Google.Answer(500, Map.of(), new byte[0]);

    private final Google google = new Google();
    private final StoppedClock clock = new StoppedClock();
    private final GoogleKeys keys = keys(google.keys());

    @BeforeAll
    static void warmUp() {
        Google.warmUp();
    }

    @AfterEach
    void stop() {
        keys.close();
        google.close();
    }

    private GoogleKeys keys(URI address) {
        return new GoogleKeys(address, clock, new PushCounters(new SimpleMeterRegistry()));
    }

    @ParameterizedTest
    @CsvSource({
        "'public, max-age=21348, must-revalidate, no-transform',21348",
        "Max-Age=3600,3600",
        "'private,max-age=3600',3600",
        "max-age=0,60",
        "max-age=59,60",
        "no-store,60",
        "s-maxage=3600,60",
        "max-age=-1,60",
        "max-age=x,60",
        ",60",
        "max-age=86401,86400",
        "max-age=999999999,86400",
        "max-age=99999999999999999999,60",
    })
    void find_asksAgainWhenTheAnswerSays(String cacheControl, long seconds) {
        google.answer(Google.published(cacheControl, Google.KEY));
        assertFound(KNOWN);
        clock.turn(Duration.ofSeconds(seconds - 1));
        assertFound(KNOWN);
        assertEquals(1, google.asked());
        clock.turn(Duration.ofSeconds(1));
        assertFound(KNOWN);
        assertEquals(2, google.asked());
    }

    @Test
    void find_keyOfARotation_isFoundWithinAMinute() {
        assertFound(KNOWN);
        google.answer(Google.published("max-age=3600", Google.KEY, Google.NEXT));
        assertInstanceOf(Found.None.class, keys.find(NEXT));
        assertEquals(1, google.asked());
        clock.turn(GoogleKeys.PAUSE);
        assertFound(NEXT);
        assertFound(KNOWN);
        assertEquals(2, google.asked());
    }

    @Test
    void find_unknownKey_asksOnceAMinute() {
        assertFound(KNOWN);
        for (int minute = 1; minute <= 3; minute++) {
            clock.turn(GoogleKeys.PAUSE);
            for (int i = 0; i < 100; i++) {
                assertInstanceOf(Found.None.class, keys.find("unknown-" + i));
            }
            assertEquals(1 + minute, google.asked());
        }
    }

    @Test
    void find_keyThatIsGone_isNotBelievedAnyLonger() {
        google.answer(Google.published("max-age=3600", Google.KEY, Google.NEXT));
        assertFound(KNOWN);
        google.answer(Google.published("max-age=3600", Google.NEXT));
        clock.turn(Duration.ofSeconds(3600));
        assertInstanceOf(Found.None.class, keys.find(KNOWN));
        assertFound(NEXT);
    }

    @Test
    @DisplayName(
            "a known key works on while Google is away, for a day longer than its answer allowed, and an unknown one"
                    + " waits")
    void find_away() {
        google.answer(Google.published("max-age=3600", Google.KEY));
        assertFound(KNOWN);
        google.answer(OUT_OF_ORDER);
        clock.turn(Duration.ofSeconds(3600));
        assertFound(KNOWN);
        assertEquals(2, google.asked());
        assertInstanceOf(Found.Unreachable.class, keys.find(NEXT));
        assertEquals(2, google.asked());

        clock.turn(KeySet.OUTLIVES.minusSeconds(1));
        assertFound(KNOWN);
        await().until(() -> google.asked() == 3);

        clock.turn(GoogleKeys.PAUSE);
        assertInstanceOf(Found.Unreachable.class, keys.find(KNOWN));
        google.answer(Google.published("max-age=3600", Google.KEY));
        clock.turn(GoogleKeys.PAUSE);
        assertFound(KNOWN);
    }

    @Test
    void find_unknownKeyWhileGoogleIsAway_isNotSaidToBeNone() {
        assertFound(KNOWN);
        google.answer(OUT_OF_ORDER);
        clock.turn(GoogleKeys.PAUSE);
        assertInstanceOf(Found.Unreachable.class, keys.find(NEXT));
        assertInstanceOf(Found.Unreachable.class, keys.find(NEXT));
        assertFound(KNOWN);
        assertEquals(2, google.asked());
    }

    @Test
    void find_withoutAnyKey_asksEveryTenSeconds() {
        google.answer(OUT_OF_ORDER);
        for (int asked = 1; asked <= 3; asked++) {
            assertInstanceOf(Found.Unreachable.class, keys.find(KNOWN));
            clock.turn(GoogleKeys.PAUSE_WITHOUT_KEYS.minusSeconds(1));
            assertInstanceOf(Found.Unreachable.class, keys.find(KNOWN));
            assertEquals(asked, google.asked());
            clock.turn(Duration.ofSeconds(1));
        }
        google.answer(Google.published("max-age=3600", Google.KEY));
        assertFound(KNOWN);
    }

    @Test
    void find_nobodyListens() {
        try (GoogleKeys nowhere = keys(URI.create("http://127.0.0.1:1/certs"))) {
            assertInstanceOf(Found.Unreachable.class, nowhere.find(KNOWN));
        }
    }

    @Test
    void find_manyAtOnce_askOnce() {
        CompletableFuture<Void> answering = google.hold();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Found>> found = IntStream.range(0, 50)
                    .mapToObj(_ -> CompletableFuture.supplyAsync(() -> keys.find(KNOWN), callers))
                    .toList();
            await().until(() -> google.asked() == 1);
            answering.complete(null);
            found.forEach(CompletableFuture::join);
        }
        assertFound(KNOWN);
        assertEquals(1, google.asked());
    }

    @Test
    void find_slowAnswer_isNotWaitedFor_andIsTakenWhenItComes() {
        CompletableFuture<Void> answering = google.hold();
        assertInstanceOf(Found.Unreachable.class, keys.find(KNOWN));
        assertInstanceOf(Found.Unreachable.class, keys.find(KNOWN));
        answering.complete(null);
        await().until(() -> keys.find(KNOWN) instanceof Found.Key);
        assertEquals(1, google.asked());
    }

    @Test
    void find_knownKeyAndSlowAnswer() {
        google.answer(Google.published("max-age=60", Google.KEY));
        assertFound(KNOWN);
        clock.turn(Duration.ofSeconds(60));
        CompletableFuture<Void> answering = google.hold();
        assertFound(KNOWN);
        assertInstanceOf(Found.Unreachable.class, keys.find(NEXT));
        answering.complete(null);
        await().until(() -> keys.find(NEXT) instanceof Found.None);
        assertEquals(2, google.asked());
    }

    static Stream<Named<Google.Answer>> noKeySets() throws JOSEException {
        RSAKey small = new RSAKeyGenerator(1024, true).keyID(KNOWN).generate();
        OctetSequenceKey secret =
                new OctetSequenceKeyGenerator(256).keyID(KNOWN).generate();
        return Stream.of(
                Named.of("an error", new Google.Answer(404, Map.of(), body(Google.KEY))),
                Named.of("no content", new Google.Answer(204, Map.of(), new byte[0])),
                Named.of("another place", new Google.Answer(302, Map.of("Location", "/elsewhere"), body(Google.KEY))),
                Named.of("nothing", answer("")),
                Named.of("no JSON", answer("<html>")),
                Named.of("null", answer("null")),
                Named.of("a list", answer("[]")),
                Named.of("a number", answer("17")),
                Named.of("an object", answer("{}")),
                Named.of("no list", answer("{\"keys\":{}}")),
                Named.of("no keys", answer("{\"keys\":[]}")),
                Named.of("keys that are none", answer("{\"keys\":[null,17,[],{}]}")),
                Named.of(
                        "half a key",
                        answer("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"" + KNOWN + "\",\"e\":\"AQAB\"}]}")),
                Named.of(
                        "a key of nothing",
                        answer("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"" + KNOWN + "\",\"e\":\"\",\"n\":\"\"}]}")),
                Named.of("deep", answer("{\"keys\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")),
                Named.of("a broken sign", new Google.Answer(200, Map.of(), broken())),
                Named.of(
                        "a key without a name",
                        answered(new RSAKey.Builder(Google.KEY).keyID(null).build())),
                Named.of(
                        "a key for encryption",
                        answered(new RSAKey.Builder(Google.KEY)
                                .keyUse(KeyUse.ENCRYPTION)
                                .build())),
                Named.of(
                        "a key of another algorithm",
                        answered(new RSAKey.Builder(Google.KEY)
                                .algorithm(JWSAlgorithm.PS256)
                                .build())),
                Named.of("a key that is too small", answered(small)),
                Named.of(
                        "a key of another kind",
                        Google.published(
                                "max-age=60",
                                new ECKeyGenerator(Curve.P_256).keyID(KNOWN).generate())),
                Named.of("a secret", answer("{\"keys\":[" + secret.toJSONString() + "]}")),
                Named.of("too much", answer(padded(GoogleKeys.MAX_ANSWER + 1))));
    }

    @ParameterizedTest
    @MethodSource("noKeySets")
    void find_answerThatIsNoKeySet_isAsIfThereWasNone(Google.Answer answer) {
        google.answer(answer);
        assertInstanceOf(Found.Unreachable.class, keys.find(KNOWN));
        google.answer(Google.published("max-age=3600", Google.KEY));
        clock.turn(GoogleKeys.PAUSE_WITHOUT_KEYS);
        assertFound(KNOWN);
        assertEquals(2, google.asked());
    }

    @Test
    void find_asMuchAsThereMayBe_besideWhatIsNotUsed() throws JOSEException {
        google.answer(answer(padded(GoogleKeys.MAX_ANSWER)));
        assertFound(KNOWN);
        clock.turn(KeySet.MAX_FRESH);
        google.answer(Google.published(
                "max-age=3600",
                new ECKeyGenerator(Curve.P_256).keyID("ec").generate(),
                new RSAKeyGenerator(1024, true).keyID("small").generate(),
                new RSAKey.Builder(Google.KEY.toPublicJWK())
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .build()));
        assertFound(KNOWN);
        assertInstanceOf(Found.None.class, keys.find("small"));
        assertInstanceOf(Found.None.class, keys.find("ec"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://www.googleapis.com/oauth2/v3/certs",
                "http://localhost/certs",
                "http://127.0.0.1.example/certs",
                "ftp://127.0.0.1/certs",
                "https:/certs",
                "file:/etc/passwd",
                "certs",
                "",
            })
    void keys_ofAnAddressThatMayNotBeAsked(String address) {
        assertThrows(IllegalArgumentException.class, () -> keys(URI.create(address)));
    }

    @Test
    void keys_ofAnAddressThatMayBeAsked() {
        keys(URI.create("https://www.googleapis.com/oauth2/v3/certs")).close();
        keys(URI.create("http://127.0.0.1:8080/certs")).close();
    }

    private void assertFound(String kid) {
        assertInstanceOf(Found.Key.class, keys.find(kid));
    }

    private static byte[] body(RSAKey key) {
        return new JWKSet(key).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] broken() {
        byte[] body = body(Google.KEY);
        body[body.length / 2] = (byte) 0xC3;
        return body;
    }

    private static Google.Answer answered(RSAKey key) {
        return Google.published("max-age=60", key);
    }

    private static Google.Answer answer(String body) {
        return new Google.Answer(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    /** A good answer of so many bytes. */
    private static String padded(int bytes) {
        String keySet = new JWKSet(Google.KEY).toString();
        return keySet + " ".repeat(bytes - keySet.length());
    }
}
