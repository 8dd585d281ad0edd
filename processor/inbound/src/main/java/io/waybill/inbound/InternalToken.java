package io.waybill.inbound;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** The bearer token of {@code /internal}. None configured: nobody is allowed. */
@Singleton
public class InternalToken {
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    InternalToken(ProcessorSettings settings) {
        this.token = settings.internalToken().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether an Authorization header holds it; compared in constant time. */
    boolean allows(Optional<String> authorization) {
        byte[] given = authorization
                .filter(value -> value.startsWith(SCHEME))
                .map(value -> value.substring(SCHEME.length()))
                .orElse("")
                .getBytes(StandardCharsets.UTF_8);
        return token.length > 0 && MessageDigest.isEqual(token, given);
    }
}
