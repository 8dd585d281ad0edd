package io.waybill.ingress.google;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.http.HttpHeaders;
import io.waybill.contracts.PushRegistration;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Verifies the OpenID Connect token that Pub/Sub puts beside each push. Tokens live for an hour and are used again, so a repeated one
 * is no replay; and the token says nothing of the body.
 *
 * @see <a href="https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions">Authentication for push subscriptions</a>
 */
@Singleton
final class PushToken {
    /** Between our clock and Google's. */
    static final Duration SKEW = Duration.ofSeconds(60);

    private static final String SCHEME = "Bearer ";
    private static final List<String> ISSUERS = List.of("https://accounts.google.com", "accounts.google.com");

    private final GoogleKeys keys;
    private final Clock clock;
    private final GoodSignatures signatures = new GoodSignatures();

    PushToken(GoogleKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** What the token says of a push. */
    sealed interface Verdict {
        /** It is of the registration's subscription. */
        record Proved(PushRegistration of) implements Verdict {}

        /** It is not. */
        record Refused(TokenFault fault) implements Verdict {}

        /** Google's keys cannot be had, so nobody knows. */
        record Undecided() implements Verdict {}
    }

    /**
     * The registration is looked at last: whether there is one is not to be told from the time of the answer.
     *
     * @param registration empty for an unknown k, of which no token is good
     */
    Verdict verify(HttpHeaders headers, Optional<PushRegistration> registration) {
        List<String> given = headers.getAll(HttpHeaders.AUTHORIZATION);
        // Given twice, two readers might each take another one.
        if (given.size() != 1 || !given.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return new Verdict.Refused(TokenFault.NO_TOKEN);
        }
        String text = given.getFirst().substring(SCHEME.length());
        SignedJWT token;
        JWTClaimsSet claims;
        try {
            token = SignedJWT.parse(text);
            claims = token.getJWTClaimsSet();
        } catch (ParseException | IllegalArgumentException noToken) {
            return new Verdict.Refused(TokenFault.MALFORMED_TOKEN);
        }
        // Whoever could choose another might sign with a public key; no key is looked up for it.
        if (!JWSAlgorithm.RS256.equals(token.getHeader().getAlgorithm())) {
            return new Verdict.Refused(TokenFault.ALGORITHM);
        }
        String kid = token.getHeader().getKeyID();
        if (kid == null) {
            return new Verdict.Refused(TokenFault.UNKNOWN_KEY);
        }
        return switch (keys.find(kid)) {
            case GoogleKeys.Found.Key(JWSVerifier key) ->
                fault(signatures.isGood(text, token, key), claims, registration)
                        .<Verdict>map(Verdict.Refused::new)
                        .orElseGet(() -> new Verdict.Proved(registration.orElseThrow()));
            case GoogleKeys.Found.None _ -> new Verdict.Refused(TokenFault.UNKNOWN_KEY);
            case GoogleKeys.Found.Unreachable _ -> new Verdict.Undecided();
        };
    }

    private Optional<TokenFault> fault(boolean signed, JWTClaimsSet claims, Optional<PushRegistration> registration) {
        if (!signed) {
            return Optional.of(TokenFault.SIGNATURE);
        }
        return registration
                .map(expected -> fault(claims, expected))
                .orElse(Optional.of(TokenFault.UNKNOWN_REGISTRATION));
    }

    private Optional<TokenFault> fault(JWTClaimsSet claims, PushRegistration expected) {
        if (ISSUERS.stream().noneMatch(issuer -> isSame(issuer, claims.getClaim("iss")))) {
            return Optional.of(TokenFault.ISSUER);
        }
        List<String> audience = claims.getAudience();
        if (audience.size() != 1 || !isSame(expected.audience(), audience.getFirst())) {
            return Optional.of(TokenFault.AUDIENCE);
        }
        // Anybody's account of Google's may say that it has any address, until it is verified.
        if (!isSame(expected.serviceAccount(), claims.getClaim("email"))
                || !Boolean.TRUE.equals(claims.getClaim("email_verified"))) {
            return Optional.of(TokenFault.ACCOUNT);
        }
        return isCurrent(claims) ? Optional.empty() : Optional.of(TokenFault.LIFETIME);
    }

    private boolean isCurrent(JWTClaimsSet claims) {
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        Instant now = clock.instant();
        return expires != null
                && issued != null
                && now.isBefore(expires.toInstant().plus(SKEW))
                && Stream.of(Optional.of(issued), Optional.ofNullable(claims.getNotBeforeTime()))
                        .flatMap(Optional::stream)
                        .noneMatch(begin -> now.plus(SKEW).isBefore(begin.toInstant()));
    }

    /** In constant time: whoever has a token of Google's, made for himself, is not to guess a registration's words bit by bit. */
    private static boolean isSame(String expected, Object given) {
        return given instanceof String text
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
    }
}
