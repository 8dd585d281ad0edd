package io.waybill.sandbox.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A service account's JSON key, as Google Cloud gives it out.
 *
 * @param email the account's address
 * @param key what its assertions are verified with
 */
public record ServiceAccountFile(String email, PublicKey key) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEY_BITS = 2_048;
    private static final int KEY_ID_BYTES = 20;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final Base64.Decoder UNLINED = Base64.getMimeDecoder();

    /**
     * The key in the file; where there is none, a new one, which only its owner may read.
     *
     * @param tokenUrl where a new one says that its tokens come from, as Google's own libraries go by that
     * @throws SandboxException where the file is of another account, or no key at all
     */
    public static ServiceAccountFile readOrMake(Path file, String email, URI tokenUrl) {
        try {
            if (!Files.exists(file)) {
                make(file, email, tokenUrl);
            }
            return read(file, email);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new SandboxException(
                    "no key of a service account can be had from " + file + " ("
                            + unreadable.getClass().getSimpleName() + ")",
                    "Remove the file, so that another is made, or name another with --gmail-key.",
                    unreadable);
        }
    }

    private static ServiceAccountFile read(Path file, String email) throws IOException, GeneralSecurityException {
        JsonNode json = JSON.readTree(Files.readAllBytes(file));
        if (!json.path("client_email").asText().equals(email)) {
            throw new SandboxException(
                    file + " is no key of " + email, "Remove the file, or name another with --gmail-key.");
        }
        String pem = json.path("private_key").asText().replaceAll("-----[A-Z ]+-----", "");
        KeyFactory rsa = KeyFactory.getInstance("RSA");
        PrivateKey secret = rsa.generatePrivate(new PKCS8EncodedKeySpec(UNLINED.decode(pem)));
        if (!(secret instanceof RSAPrivateCrtKey whole)) {
            throw new GeneralSecurityException("the key does not tell its public half");
        }
        return new ServiceAccountFile(
                email, rsa.generatePublic(new RSAPublicKeySpec(whole.getModulus(), whole.getPublicExponent())));
    }

    /** Whole or not at all. */
    private static void make(Path file, String email, URI tokenUrl) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        KeyPair pair = generator.generateKeyPair();
        Path draft = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "." + file.getFileName(),
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(email, pair, tokenUrl)));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static ObjectNode json(String email, KeyPair pair, URI tokenUrl) throws GeneralSecurityException {
        String domain = email.substring(email.indexOf('@') + 1);
        byte[] id = MessageDigest.getInstance("SHA-256").digest(pair.getPublic().getEncoded());
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + LINES.encodeToString(pair.getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n";
        return JSON.createObjectNode()
                .put("type", "service_account")
                .put("project_id", domain.replace(".iam.gserviceaccount.com", ""))
                .put("private_key_id", HexFormat.of().formatHex(id, 0, KEY_ID_BYTES))
                .put("private_key", pem)
                .put("client_email", email)
                .put("token_uri", tokenUrl.toString());
    }
}
