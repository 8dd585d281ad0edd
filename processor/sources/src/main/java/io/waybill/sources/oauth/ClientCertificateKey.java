package io.waybill.sources.oauth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.contracts.Secret;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
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

    private final X509Certificate certificate;
    private final PrivateKey key;

    private ClientCertificateKey(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** Empty where it is none: also where the key is encrypted, not of RSA, or another certificate's. Of many the first counts. */
    static Optional<ClientCertificateKey> parse(Secret file) {
        String pem = file.text();
        Matcher certificate = CERTIFICATE.matcher(pem);
        Matcher key = KEY.matcher(pem);
        if (!certificate.find() || !key.find()) {
            return Optional.empty();
        }
        try {
            X509Certificate shown = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getMimeDecoder().decode(certificate.group(1))));
            PrivateKey signing = SignedStatement.key(key.group(1));
            return belong(shown.getPublicKey(), signing)
                    ? Optional.of(new ClientCertificateKey(shown, signing))
                    : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean belong(PublicKey shown, PrivateKey signing) {
        return shown instanceof RSAPublicKey open
                && signing instanceof RSAPrivateKey secret
                && open.getModulus().equals(secret.getModulus());
    }

    /**
     * A signed statement that the app is the app, for the endpoint alone (Microsoft: "Certificate credentials"). It names the certificate
     * by both thumbprints: the one of SHA-256 is what Microsoft asks for now, the one of SHA-1 what it asked for before.
     */
    String assertion(String endpoint, String clientId, Instant now) {
        ObjectNode header = JsonNodeFactory.instance
                .objectNode()
                .put("x5t", thumbprint("SHA-1"))
                .put("x5t#S256", thumbprint("SHA-256"));
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("aud", endpoint)
                .put("iss", clientId)
                .put("sub", clientId)
                .put("jti", UUID.randomUUID().toString());
        return SignedStatement.sign(key, header, claims, now);
    }

    private String thumbprint(String algorithm) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
