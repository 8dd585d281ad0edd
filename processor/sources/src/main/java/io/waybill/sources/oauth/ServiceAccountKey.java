package io.waybill.sources.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.contracts.Json;
import io.waybill.contracts.Secret;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Optional;

/**
 * The JSON key of a Google service account. Of its fields only those are read that say who signs, and whose quota is spent: it also names
 * a token endpoint, and where secrets are sent is not for a file of a mailbox to say.
 */
public final class ServiceAccountKey {
    private static final ObjectMapper MAPPER = Json.mapper(4, 16 * 1024);

    private final String email;
    private final String keyId;
    private final String project;
    private final PrivateKey key;

    private ServiceAccountKey(String email, String keyId, String project, PrivateKey key) {
        this.email = email;
        this.keyId = keyId;
        this.project = project;
        this.key = key;
    }

    /** Empty where it is none. */
    public static Optional<ServiceAccountKey> parse(Secret file) {
        try {
            JsonNode json = MAPPER.readTree(file.bytes());
            String email = json.path("client_email").asText();
            String pem = json.path("private_key").asText();
            if (email.isEmpty() || pem.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new ServiceAccountKey(
                    email,
                    json.path("private_key_id").asText(),
                    json.path("project_id").asText(),
                    SignedStatement.key(pem)));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** The project that the account belongs to; the account itself where its file does not say. */
    public String project() {
        return project.isEmpty() ? email : project;
    }

    /** A signed statement that the account asks for the subject's token (RFC 7523, 3). */
    String assertion(String audience, String subject, String scope, Instant now) {
        ObjectNode header = JsonNodeFactory.instance.objectNode();
        if (!keyId.isEmpty()) {
            header.put("kid", keyId);
        }
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("iss", email)
                .put("sub", subject)
                .put("scope", scope)
                .put("aud", audience);
        return SignedStatement.sign(key, header, claims, now);
    }
}
