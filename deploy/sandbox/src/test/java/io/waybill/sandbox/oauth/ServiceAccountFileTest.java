package io.waybill.sandbox.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountFileTest {
    private static final String ACCOUNT = "mail@acme.iam.gserviceaccount.com";
    private static final URI TOKENS = URI.create("http://127.0.0.1:8182/token");

    @TempDir
    Path folder;

    @Test
    void key_isMadeOnce_forItsOwnerOnly() throws IOException {
        Path file = folder.resolve("key.json");
        ServiceAccountFile made = ServiceAccountFile.readOrMake(file, ACCOUNT, TOKENS);

        assertEquals(made, ServiceAccountFile.readOrMake(file, ACCOUNT, URI.create("http://127.0.0.1:1/token")));
        assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"client_email\": \"mail@acme.iam.gserviceaccount.com\"}", "no JSON"})
    void fileThatIsNoKey_isNamedWithTheWayOut(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("key.json"), content);
        SandboxException wrong =
                assertThrows(SandboxException.class, () -> ServiceAccountFile.readOrMake(file, ACCOUNT, TOKENS));

        assertTrue(wrong.getMessage().contains(file.toString()), wrong.getMessage());
        assertTrue(wrong.wayOut().contains("--gmail-key"), wrong.wayOut());
        assertEquals(content, Files.readString(file));
    }

    @Test
    void keyOfAnotherAccount_isLeftAlone() {
        Path file = folder.resolve("key.json");
        ServiceAccountFile.readOrMake(file, "other@acme.iam.gserviceaccount.com", TOKENS);

        SandboxException wrong =
                assertThrows(SandboxException.class, () -> ServiceAccountFile.readOrMake(file, ACCOUNT, TOKENS));

        assertTrue(wrong.getMessage().endsWith("is no key of " + ACCOUNT), wrong.getMessage());
    }
}
