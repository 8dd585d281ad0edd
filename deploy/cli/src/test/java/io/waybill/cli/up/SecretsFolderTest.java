package io.waybill.cli.up;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsFolderTest {
    @TempDir
    Path parent;

    @Test
    void createInstallKey_makesOneThatWorks_forItsOwnerOnly() throws IOException {
        SecretsFolder secrets = new SecretsFolder(parent.resolve("secrets"));
        secrets.createInstallKey();
        assertEquals(1, InstallKey.live(new Secrets(Map.of(), secrets.path())).size());
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(secrets.path().resolve("install.key")));
    }

    @Test
    void createInstallKey_again_keepsIt() throws IOException {
        SecretsFolder secrets = new SecretsFolder(parent.resolve("secrets"));
        secrets.createInstallKey();
        byte[] first = Files.readAllBytes(secrets.path().resolve("install.key"));
        secrets.createInstallKey();
        assertArrayEquals(first, Files.readAllBytes(secrets.path().resolve("install.key")));
    }
}
