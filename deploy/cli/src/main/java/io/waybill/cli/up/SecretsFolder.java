package io.waybill.cli.up;

import io.waybill.cli.PrivateFile;
import io.waybill.cli.Problem;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.InstallKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** Where {@code file:} references point: one file per secret, readable by their owner only. */
public record SecretsFolder(Path path) {
    private static final int KEY_BYTES = 32;

    public boolean hasInstallKey() {
        return Files.exists(file(InstallKey.CURRENT));
    }

    /** Creates the install key where there is none. */
    public void createInstallKey() {
        if (!hasInstallKey()) {
            put(InstallKey.CURRENT, random());
        }
    }

    /** Writes a secret; replaces an older one. */
    public void put(CredentialReference reference, String secret) {
        try {
            PrivateFile.createFolder(path);
            PrivateFile.write(file(reference), (secret + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException cannot) {
            throw Problem.usage(
                    "cannot write the secret " + reference + " ("
                            + cannot.getClass().getSimpleName() + ")",
                    path.toString(),
                    "Make the folder writable for this user, name another by WAYBILL_SECRETS_DIR, or put the file"
                            + " there yourself.");
        }
    }

    /** A new random secret: 43 characters that fit a URL, a header and a configuration file. */
    public static String random() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The file that a {@code file:} reference means, which need not be there. */
    public Path file(CredentialReference reference) {
        return path.resolve(reference.value().substring("file:".length()));
    }
}
