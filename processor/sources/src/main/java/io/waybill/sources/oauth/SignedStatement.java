package io.waybill.sources.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

/** A JSON Web Token that we sign (RFC 7519, RS256), to show a token endpoint who asks. */
final class SignedStatement {
    /** Endpoints take an hour at most, some ten minutes; the statement is used once, at once. */
    private static final long LIFETIME_SECONDS = 600;

    /** Endpoints refuse what was signed in their future. */
    private static final long SKEW_SECONDS = 30;

    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private SignedStatement() {}

    /** Reads a private key of RSA, PKCS #8 in PEM. */
    static PrivateKey key(String pem) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** Adds the algorithm to the header and the times to the claims, and signs. */
    static String sign(PrivateKey key, ObjectNode header, ObjectNode claims, Instant now) {
        long issuedAt = now.getEpochSecond() - SKEW_SECONDS;
        header.put("alg", "RS256").put("typ", "JWT");
        claims.put("iat", issuedAt).put("nbf", issuedAt).put("exp", issuedAt + LIFETIME_SECONDS);
        String signed = encoded(header) + "." + encoded(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + URL.encodeToString(signature.sign());
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static String encoded(JsonNode json) {
        return URL.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
