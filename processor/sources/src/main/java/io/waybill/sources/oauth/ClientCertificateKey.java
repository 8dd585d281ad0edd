package io.waybill.sources.oauth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.contracts.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The certificate by which an app of Microsoft Entra is known, with its private key: both in one file, in PEM. */
final class ClientCertificateKey {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    private final String thumbprint;
    private final PrivateKey key;

    private ClientCertificateKey(String thumbprint, PrivateKey key) {
        this.thumbprint = thumbprint;
        this.key = key;
    }

    /** Empty where it is none: also where the key is encrypted, or not of RSA. */
    static Optional<ClientCertificateKey> parse(Secret file) {
        String pem = file.text();
        Matcher certificate = CERTIFICATE.matcher(pem);
        Matcher key = KEY.matcher(pem);
        if (!certificate.find() || !key.find()) {
            return Optional.empty();
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(certificate.group(1));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(der);
            return Optional.of(new ClientCertificateKey(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(digest), SignedStatement.key(key.group(1))));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** A signed statement that the app is the app, for the endpoint alone (Microsoft: "Certificate credentials"). */
    String assertion(String endpoint, String clientId, Instant now) {
        ObjectNode header = JsonNodeFactory.instance.objectNode().put("x5t#S256", thumbprint);
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("aud", endpoint)
                .put("iss", clientId)
                .put("sub", clientId)
                .put("jti", UUID.randomUUID().toString());
        return SignedStatement.sign(key, header, claims, now);
    }
}
