package io.waybill.ingress.google;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.waybill.contracts.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of one answer.
 *
 * @param byId RSA keys for signatures alone
 * @param freshUntil when the answer says that it is to be asked for again
 */
record KeySet(Map<String, JWSVerifier> byId, Instant freshUntil) {
    static final Duration MIN_FRESH = Duration.ofMinutes(1);
    static final Duration MAX_FRESH = Duration.ofHours(24);

    /** How long a key is believed after that while nobody answers: longer than an outage, shorter than Google's use of a key. */
    static final Duration OUTLIVES = Duration.ofHours(24);

    /** What there is before the first answer. */
    static final KeySet NONE = new KeySet(Map.of(), Instant.EPOCH);

    /** Less can be broken. */
    private static final int MIN_BITS = 2048;

    private static final Pattern MAX_AGE = Pattern.compile("(?i)(?:^|[\\s,])max-age=(\\d{1,9})(?=$|[\\s,])");

    KeySet {
        byId = Map.copyOf(byId);
    }

    /**
     * Reads an answer.
     *
     * @throws IOException where it is no key set, or one without keys for us; the message repeats nothing of it
     */
    static KeySet of(HttpResponse<byte[]> response, Instant now) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException("the answer is " + response.statusCode());
        }
        Map<String, JWSVerifier> byId = new HashMap<>();
        for (JWK key : parse(response.body()).getKeys()) {
            if (key instanceof RSAKey rsa && isForSignatures(rsa)) {
                byId.put(rsa.getKeyID(), verifier(rsa));
            }
        }
        if (byId.isEmpty()) {
            throw new IOException("the answer has no key");
        }
        return new KeySet(byId, now.plus(lifetime(response)));
    }

    /** The key, if it is still believed. */
    Optional<JWSVerifier> find(String kid, Instant now) {
        return isEmpty(now) ? Optional.empty() : Optional.ofNullable(byId.get(kid));
    }

    /** Whether no key is believed any more. */
    boolean isEmpty(Instant now) {
        return !now.isBefore(freshUntil.plus(OUTLIVES));
    }

    /** Whether the set need not be asked for again. */
    boolean isFresh(Instant now) {
        return now.isBefore(freshUntil);
    }

    private static JWKSet parse(byte[] body) throws IOException {
        try {
            return JWKSet.parse(Json.text(body).orElse(""));
        } catch (ParseException | RuntimeException noKeySet) {
            // The library trips over a null where a key should be, in ways that it does not tell of.
            throw new IOException("the answer is no key set");
        }
    }

    private static boolean isForSignatures(RSAKey key) {
        return key.getKeyID() != null
                && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(JWSAlgorithm.RS256))
                && key.size() >= MIN_BITS;
    }

    private static JWSVerifier verifier(RSAKey key) throws IOException {
        try {
            return new RSASSAVerifier(key);
        } catch (JOSEException unusable) {
            throw new IOException("the answer has a key that is none");
        }
    }

    private static Duration lifetime(HttpResponse<?> response) {
        Matcher maxAge =
                MAX_AGE.matcher(response.headers().firstValue("Cache-Control").orElse(""));
        long seconds = maxAge.find() ? Long.parseLong(maxAge.group(1)) : 0;
        return Duration.ofSeconds(Math.clamp(seconds, MIN_FRESH.toSeconds(), MAX_FRESH.toSeconds()));
    }
}
