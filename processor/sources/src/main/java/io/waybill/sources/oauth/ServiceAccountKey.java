package io.waybill.sources.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.contracts.Json;
import io.waybill.contracts.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The JSON key of a Google service account. Of its fields only those are read that say who signs: it also names a token endpoint, and
 * where secrets are sent is not for a file of a mailbox to say.
 */
final class ServiceAccountKey {
    private static final ObjectMapper MAPPER = Json.mapper(4, 16 * 1024);
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    /** Google takes an hour at most; the assertion is used once, at once. */
    private static final long LIFETIME_SECONDS = 600;

    /** Endpoints refuse what was signed in their future. */
    private static final long SKEW_SECONDS = 30;

    private final String email;
    private final String keyId;
    private final PrivateKey key;

    private ServiceAccountKey(String email, String keyId, PrivateKey key) {
        this.email = email;
        this.keyId = keyId;
        this.key = key;
    }

    /** Empty where it is none. */
    static Optional<ServiceAccountKey> parse(Secret file) {
        try {
            JsonNode json = MAPPER.readTree(file.bytes());
            String email = json.path("client_email").asText();
            String pem = json.path("private_key").asText();
            if (email.isEmpty() || pem.isEmpty()) {
                return Optional.empty();
            }
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
            return Optional.of(
                    new ServiceAccountKey(email, json.path("private_key_id").asText(), key));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** A signed statement that the account asks for the subject's token (RFC 7523, 3). */
    String assertion(String audience, String subject, String scope, Instant now) {
        ObjectNode header =
                JsonNodeFactory.instance.objectNode().put("alg", "RS256").put("typ", "JWT");
        if (!keyId.isEmpty()) {
            header.put("kid", keyId);
        }
        long issuedAt = now.getEpochSecond() - SKEW_SECONDS;
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("iss", email)
                .put("sub", subject)
                .put("scope", scope)
                .put("aud", audience)
                .put("iat", issuedAt)
                .put("exp", issuedAt + LIFETIME_SECONDS);
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
