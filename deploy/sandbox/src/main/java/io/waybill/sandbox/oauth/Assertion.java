package io.waybill.sandbox.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** A JWT by which a client says who it is. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record Assertion(JsonNode header, JsonNode claims, byte[] signed, byte[] signature) {
    private static final ObjectMapper JSON = new ObjectMapper();
    // Clocks of different machines differ.
    private static final long SKEW_SECONDS = 5;
    private static final long LIFE_SECONDS_MAX = 600;

    /** Empty where it is no JWT at all. */
    static Optional<Assertion> parse(String text) {
        String[] parts = text == null ? new String[0] : text.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            Base64.Decoder base64 = Base64.getUrlDecoder();
            return Optional.of(new Assertion(
                    JSON.readTree(base64.decode(parts[0])),
                    JSON.readTree(base64.decode(parts[1])),
                    (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
                    base64.decode(parts[2])));
        } catch (IOException | IllegalArgumentException garbled) {
            return Optional.empty();
        }
    }

    String claim(String name) {
        return claims.path(name).asText();
    }

    boolean isSignedBy(PublicKey key) {
        try {
            Signature verifier;
            // Microsoft's own library signs with PS256 since it takes SHA-256 thumbprints; most others with RS256.
            if (header.path("alg").asText().equals("PS256")) {
                verifier = Signature.getInstance("RSASSA-PSS");
                verifier.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            } else {
                verifier = Signature.getInstance("SHA256withRSA");
            }
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException forged) {
            return false;
        }
    }

    /** Whether a service account may show it now: Google's rule. */
    boolean isCurrentForGoogle(Instant at) {
        long now = at.getEpochSecond();
        long issued = claims.path("iat").asLong();
        long expires = claims.path("exp").asLong();
        return issued <= now + SKEW_SECONDS && expires > now && expires <= issued + 3_600;
    }

    /** Whether the app may show it now at this endpoint: Microsoft's rules, and the ten minutes it asks for. */
    boolean isOf(String clientId, String audience, Instant at) {
        long now = at.getEpochSecond();
        long expires = claims.path("exp").asLong();
        return claim("iss").equals(clientId)
                && claim("sub").equals(clientId)
                && claim("aud").equals(audience)
                && !claim("jti").isEmpty()
                && claims.path("nbf").asLong() <= now + SKEW_SECONDS
                && expires > now
                && expires <= now + LIFE_SECONDS_MAX + SKEW_SECONDS;
    }

    /** Whether the header names the certificate: by either thumbprint, and by none wrongly. */
    boolean names(X509Certificate certificate) {
        String sha256 = header.path("x5t#S256").asText();
        String sha1 = header.path("x5t").asText();
        return (!sha256.isEmpty() || !sha1.isEmpty())
                && (sha256.isEmpty() || sha256.equals(thumbprint(certificate, "SHA-256")))
                && (sha1.isEmpty() || sha1.equals(thumbprint(certificate, "SHA-1")));
    }

    private static String thumbprint(X509Certificate certificate, String algorithm) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("not a certificate one can encode", unreadable);
        }
    }
}
