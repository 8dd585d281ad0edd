package io.waybill.sandbox.oauth;

import io.waybill.sandbox.SandboxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** A certificate that nobody else vouches for, with its private key: what one uploads for an app of Microsoft Entra. */
public record SelfSignedCertificate(X509Certificate certificate, PrivateKey key) {
    private static final String PASSWORD = "changeit";
    private static final int LIMIT_SECONDS = 60;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /**
     * Of RSA with 2,048 bits, the kind that Microsoft takes.
     *
     * @param directory for files that the making needs, of that name
     */
    public static SelfSignedCertificate rsa(Path directory, String name) {
        return make(directory, name, "RSA", "-keysize", "2048");
    }

    /** Of an elliptic curve; else as {@link #rsa}. */
    public static SelfSignedCertificate ec(Path directory, String name) {
        return make(directory, name, "EC", "-groupname", "secp256r1");
    }

    /** The certificate in PEM. */
    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /** The private key, PKCS #8 in PEM. */
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + LINES.encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    /** The JDK makes certificates by its tool alone. */
    private static SelfSignedCertificate make(
            Path directory, String name, String algorithm, String sizeOption, String size) {
        Path store = directory.resolve(name + ".p12");
        Path said = directory.resolve(name + ".keytool");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            name,
                            "-keyalg",
                            algorithm,
                            sizeOption,
                            size,
                            "-dname",
                            "CN=" + name,
                            "-keystore",
                            store.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!keytool.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IOException(Files.readString(said));
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            return new SelfSignedCertificate((X509Certificate) keys.getCertificate(name), (PrivateKey)
                    keys.getKey(name, PASSWORD.toCharArray()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed(interrupted);
        } catch (IOException | GeneralSecurityException broken) {
            throw failed(broken);
        }
    }

    private static SandboxException failed(Exception cause) {
        return new SandboxException("the JDK's keytool made no certificate", "Is it a complete JDK?", cause);
    }
}
