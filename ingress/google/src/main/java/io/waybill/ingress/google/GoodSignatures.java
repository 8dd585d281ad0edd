package io.waybill.ingress.google;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Verifies signatures, and remembers those that were good: Pub/Sub sends one token for up to an hour, and verifying it is most of the
 * work on a push. Of its signature alone: what a token says, and whether it is still to be believed, is for every push to ask.
 */
final class GoodSignatures {
    /** A few of each subscription; whoever has more tokens of Google's than these only has them verified again. */
    static final int MOST = 256;

    /**
     * By the hash of a token's whole text, so that the time of a look-up tells nothing of one; with the very key that it was verified
     * by. An answer of Google's makes new ones, even of a key that stays, and so nothing outlives its key.
     */
    private final Map<ByteBuffer, JWSVerifier> good = new LinkedHashMap<>();

    /**
     * @param text the token as it was given
     * @param key as it is believed now
     */
    boolean isGood(String text, SignedJWT token, JWSVerifier key) {
        ByteBuffer hash = hash(text);
        synchronized (good) {
            if (good.get(hash) == key) {
                return true;
            }
        }
        if (!isSigned(token, key)) {
            return false;
        }
        synchronized (good) {
            good.put(hash, key);
            if (good.size() > MOST) {
                good.remove(good.keySet().iterator().next());
            }
        }
        return true;
    }

    /** How many are remembered. */
    int size() {
        synchronized (good) {
            return good.size();
        }
    }

    private static boolean isSigned(SignedJWT token, JWSVerifier key) {
        try {
            return token.verify(key);
        } catch (JOSEException unverifiable) {
            return false;
        }
    }

    private static ByteBuffer hash(String text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
