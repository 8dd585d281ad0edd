package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says who pushes: OpenID Connect tokens as Google signs them, each used again for half an hour. Their times are real ones, whatever the
 * emulator's clock says: who checks them has another.
 */
final class PushTokens {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration USED_FOR = Duration.ofMinutes(30);
    private static final BigInteger TWENTY_DIGITS = BigInteger.TEN.pow(20);

    private final Map<Holder, Token> tokens = new ConcurrentHashMap<>();
    private final SigningKeys keys;

    PushTokens(SigningKeys keys) {
        this.keys = keys;
    }

    private record Holder(String audience, String email) {}

    private record Token(String text, String keyId, Instant issued) {}

    String token(String audience, String email) {
        return tokens.compute(new Holder(audience, email), (holder, former) -> {
                    Instant now = Instant.now();
                    SigningKeys.Key key = keys.current();
                    boolean isGood = former != null
                            && former.keyId().equals(key.id())
                            && former.issued().plus(USED_FOR).isAfter(now);
                    return isGood ? former : new Token(sign(holder, key, now), key.id(), now);
                })
                .text();
    }

    private static String sign(Holder holder, SigningKeys.Key key, Instant now) {
        ObjectNode header =
                JSON.createObjectNode().put("alg", "RS256").put("kid", key.id()).put("typ", "JWT");
        String number = "1" + digits(holder.email());
        ObjectNode claims = JSON.createObjectNode()
                .put("aud", holder.audience())
                .put("azp", number)
                .put("email", holder.email())
                .put("email_verified", true)
                .put("exp", now.plus(LIFE).getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("iss", "https://accounts.google.com")
                .put("sub", number);
        try {
            String signed = base64(JSON.writeValueAsBytes(header)) + "." + base64(JSON.writeValueAsBytes(claims));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.secret());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (JsonProcessingException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The account's number, always the same. */
    private static String digits(String email) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(email.getBytes(StandardCharsets.UTF_8));
            return String.format("%020d", new BigInteger(1, hash).mod(TWENTY_DIGITS));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
