package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretsTest {
    @TempDir
    private Path home;

    private Path directory;
    private Secrets secrets;

    @BeforeEach
    void make() throws IOException {
        directory = Files.createDirectory(home.resolve("secrets"));
        secrets = new Secrets(
                Map.of(
                        "WAYBILL_SECRET_MAIL", "from the environment",
                        "WAYBILL_SECRET_LINE", "with a line end\n",
                        "WAYBILL_SECRET_EMPTY", "",
                        "WAYBILL_SECRETS_DIR", "not a secret",
                        "PATH", "not a secret either"),
                directory);
    }

    @Test
    void resolve_environment() {
        assertEquals(Optional.of("from the environment"), resolve("env:WAYBILL_SECRET_MAIL"));
        assertEquals(Optional.of("with a line end"), resolve("env:WAYBILL_SECRET_LINE"));
        assertEquals(Optional.empty(), resolve("env:WAYBILL_SECRET_EMPTY"));
        assertEquals(Optional.empty(), resolve("env:WAYBILL_SECRET_ABSENT"));
    }

    @Test
    void resolve_file() throws IOException {
        Files.writeString(directory.resolve("a"), "plain");
        Files.writeString(directory.resolve("b"), "two\nlines\r\n");
        Files.writeString(directory.resolve("c"), "\n");
        assertEquals(Optional.of("plain"), resolve("file:a"));
        assertEquals(Optional.of("two\nlines"), resolve("file:b"));
        assertEquals(Optional.empty(), resolve("file:c"));
        assertEquals(Optional.empty(), resolve("file:absent"));
        Files.writeString(directory.resolve("a"), "rotated");
        assertEquals(Optional.of("rotated"), resolve("file:a"));
    }

    @Test
    void resolve_tooLarge() throws IOException {
        Files.writeString(directory.resolve("a"), "x".repeat(16 * 1024));
        Files.writeString(directory.resolve("b"), "x".repeat(16 * 1024 + 1));
        assertTrue(resolve("file:a").isPresent());
        assertEquals(Optional.empty(), resolve("file:b"));
    }

    @Test
    @DisplayName("A22 a reference leads out of the secrets directory by no link")
    void resolve_link() throws IOException {
        Path outside = Files.writeString(home.resolve("outside"), "of the machine");
        Files.createSymbolicLink(directory.resolve("absolute"), outside);
        Files.createSymbolicLink(directory.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));
        Files.createDirectory(directory.resolve("folder"));
        for (String name : new String[] {"absolute", "relative", "dangling", "folder"}) {
            assertEquals(Optional.empty(), resolve("file:" + name), name);
        }
    }

    /** As an orchestrator mounts secrets: the name links to a folder that is exchanged as a whole. */
    @Test
    void resolve_linkWithin() throws IOException {
        Path version = Files.createDirectory(directory.resolve("..2026"));
        Files.writeString(version.resolve("password"), "mounted");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026"));
        Files.createSymbolicLink(directory.resolve("password"), Path.of("..data/password"));
        assertEquals(Optional.of("mounted"), resolve("file:password"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2",
                "env:",
                "env:PATH",
                "env:WAYBILL_SECRETS_DIR",
                "env:WAYBILL_SECRET_",
                "env:WAYBILL_SECRET_a",
                "env:WAYBILL_SECRET_A B",
                "ENV:WAYBILL_SECRET_A",
                "file:",
                "file:.",
                "file:..",
                "file:../outside",
                "file:a/b",
                "file:a\\b",
                "file:/etc/passwd",
                "file:///etc/passwd",
                "file:.hidden",
                "file:a\n",
                "file:a\0",
                "file:%2e%2e",
                " file:a",
                "http://example/",
            })
    @DisplayName("A22 a mailbox entry can name no other variable and no other file")
    void reference_otherForm_isRefused(String text) {
        assertFalse(CredentialReference.isReference(text));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new CredentialReference(text));
        assertEquals(
                "a credential is named as env:WAYBILL_SECRET_<NAME> or file:<NAME in the secrets directory>",
                refused.getMessage());
    }

    @Test
    void reference_form() {
        assertTrue(CredentialReference.isReference("env:WAYBILL_SECRET_ACME_2"));
        assertTrue(CredentialReference.isReference("file:acme-support.password_1"));
        assertFalse(CredentialReference.isReference(null));
    }

    @Test
    void secret_printsAsDots() {
        Secret secret = Secret.of("hunter2");
        assertEquals("••••", secret.toString());
        assertEquals("••••", "" + Optional.of(secret).get());
        secret.bytes()[0] = 'X';
        assertEquals("hunter2", secret.text());
    }

    private Optional<String> resolve(String reference) {
        return secrets.resolve(new CredentialReference(reference)).map(Secret::text);
    }
}
