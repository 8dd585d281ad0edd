package io.waybill.sources.gmail;

import io.waybill.sandbox.oauth.TokenServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A service account that may act for anybody, one for all tests: keys take their time. */
final class ServiceAccount {
    static final String EMAIL = "waybill@acme-mail.iam.gserviceaccount.com";

    private static final KeyPair KEYS = keys();

    private ServiceAccount() {}

    /** Makes it known to the token server, and writes its key. */
    static void install(TokenServer tokens, Path file) throws IOException {
        tokens.addServiceAccount(EMAIL, KEYS.getPublic());
        String pem = "-----BEGIN PRIVATE KEY-----\\n"
                + Base64.getEncoder().encodeToString(KEYS.getPrivate().getEncoded())
                + "\\n-----END PRIVATE KEY-----\\n";
        Files.writeString(
                file,
                "{\"type\":\"service_account\",\"project_id\":\"acme-mail\",\"private_key_id\":\"k1\",\"private_key\":\""
                        + pem + "\",\"client_email\":\"" + EMAIL + "\"}");
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
