package io.waybill.ingress.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GoodSignaturesTest {
    private final GoodSignatures signatures = new GoodSignatures();
    private final Counted key = new Counted();

    @Test
    void isGood_ofTheSameToken_isVerifiedOnce() {
        String token = token("one");
        for (int i = 0; i < 3; i++) {
            assertTrue(isGood(token, key));
        }
        assertEquals(1, key.verified);
        assertTrue(isGood(token("two"), key));
        assertEquals(2, key.verified);
    }

    @Test
    void isGood_ofABadSignature_isNotRemembered() {
        String token = token("one");
        assertTrue(isGood(token, key));
        // The head and the claims of one, the signature of another.
        String other = token("two");
        String forged = other.substring(0, other.lastIndexOf('.')) + token.substring(token.lastIndexOf('.'));
        for (int i = 0; i < 2; i++) {
            assertFalse(isGood(forged, key));
        }
        assertEquals(3, key.verified);
        assertEquals(1, signatures.size());
    }

    @Test
    void isGood_byAnotherKey_isVerifiedAnew() {
        String token = token("one");
        assertTrue(isGood(token, key));
        Counted sameAgain = new Counted();
        assertTrue(isGood(token, sameAgain));
        assertEquals(1, sameAgain.verified);
        assertEquals(1, signatures.size());
    }

    @Test
    void isGood_remembersNoMoreThanItMay() {
        for (int i = 0; i < GoodSignatures.MOST + 2; i++) {
            assertTrue(isGood(token("subject-" + i), key));
        }
        assertEquals(GoodSignatures.MOST, signatures.size());
        int before = key.verified;
        assertTrue(isGood(token("subject-0"), key));
        assertEquals(before + 1, key.verified);
    }

    private boolean isGood(String text, JWSVerifier by) {
        try {
            return signatures.isGood(text, SignedJWT.parse(text), by);
        } catch (ParseException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String token(String subject) {
        return Google.sign(Google.claims(Ingress.REGISTRATION, Instant.EPOCH).subject(subject));
    }

    /** Google's key, which counts what it is used for. */
    private static final class Counted implements JWSVerifier {
        private final JWSVerifier key;
        private int verified;

        Counted() {
            try {
                key = new RSASSAVerifier(Google.KEY.toPublicJWK());
            } catch (JOSEException impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
            verified++;
            return key.verify(header, signed, signature);
        }

        @Override
        public Set<JWSAlgorithm> supportedJWSAlgorithms() {
            return key.supportedJWSAlgorithms();
        }

        @Override
        public JCAContext getJCAContext() {
            return key.getJCAContext();
        }
    }
}
