package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.TurnedClock;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** The keys that stand for Google's: one signs, and those before it stay known for a while. */
final class SigningKeys {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int BITS = 2_048;

    private final List<Retired> retired = new ArrayList<>();
    private final TurnedClock clock;
    private final Duration knownFor;
    // Not made before it is needed: it takes a good part of a second.
    private Key current;

    SigningKeys(TurnedClock clock, Duration knownFor) {
        this.clock = clock;
        this.knownFor = knownFor;
    }

    record Key(String id, PrivateKey secret, RSAPublicKey known) {
        @Override
        public String toString() {
            return "key " + id;
        }
    }

    private record Retired(Key key, Instant since) {}

    synchronized Key current() {
        if (current == null) {
            current = generate();
        }
        return current;
    }

    synchronized Key rotate() {
        retired.add(new Retired(current(), clock.instant()));
        current = generate();
        return current;
    }

    /** Those that do not sign any more are unknown from now on. */
    synchronized void withdraw() {
        retired.clear();
    }

    /** A JWK set. */
    synchronized ObjectNode known() {
        retired.removeIf(each -> each.since().plus(knownFor).isBefore(clock.instant()));
        ObjectNode json = JSON.objectNode();
        ArrayNode keys = json.putArray("keys");
        keys.add(jwk(current()));
        retired.forEach(each -> keys.add(jwk(each.key())));
        return json;
    }

    private static ObjectNode jwk(Key key) {
        return JSON.objectNode()
                .put("kty", "RSA")
                .put("alg", "RS256")
                .put("use", "sig")
                .put("kid", key.id())
                .put("n", number(key.known().getModulus()))
                .put("e", number(key.known().getPublicExponent()));
    }

    /** Without the zero that a leading bit puts before it. */
    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        byte[] magnitude = new byte[bytes.length - start];
        System.arraycopy(bytes, start, magnitude, 0, magnitude.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(magnitude);
    }

    private static Key generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            KeyPair pair = generator.generateKeyPair();
            return new Key(
                    UUID.randomUUID().toString().replace("-", ""), pair.getPrivate(), (RSAPublicKey) pair.getPublic());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("a JDK without RSA", missing);
        }
    }
}
