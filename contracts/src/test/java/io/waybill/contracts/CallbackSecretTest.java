package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CallbackSecretTest {
    private static final byte[] KEY = "twenty-four bytes of key".getBytes(StandardCharsets.UTF_8);
    private static final String BASE64 = Base64.getEncoder().encodeToString(KEY);

    @TempDir
    private Path directory;

    @Test
    void of_derived_theKeyInForceFirst() throws IOException {
        Files.writeString(directory.resolve("install.key"), "the install key in force, long enough");
        Files.writeString(directory.resolve("install.key.previous"), "the former install key, long enough");
        List<Secret> live = of(null);
        assertEquals(2, live.size());
        assertArrayEquals(
                new InstallKey(Secret.of("the install key in force, long enough"))
                        .callbackSecret(Samples.mailbox())
                        .bytes(),
                live.getFirst().bytes());
        assertEquals(32, live.getFirst().bytes().length);
    }

    @Test
    void of_named_isReadAsStandardWebhooksLibrariesDo() throws IOException {
        for (String text : List.of("whsec_" + BASE64, BASE64, " " + BASE64 + " \n")) {
            assertArrayEquals(KEY, named(text).getFirst().bytes(), text);
        }
    }

    @Test
    void of_named_anyOtherTextStandsForItself() throws IOException {
        assertEquals(
                "pass phrase, not base64!",
                named("pass phrase, not base64!\n").getFirst().text());
    }

    @Test
    void of_named_mistypedOrMissing_isNone() throws IOException {
        assertTrue(named("whsec_not base64").isEmpty());
        assertTrue(named("whsec_").isEmpty());
        assertTrue(named("").isEmpty());
        assertTrue(named(" \n").isEmpty());
        assertTrue(of(new CredentialReference("file:absent")).isEmpty());
    }

    /** Who names a secret of its own is not opened by the derived one as well. */
    @Test
    void of_named_theInstallKeyDoesNotCount() throws IOException {
        Files.writeString(directory.resolve("install.key"), "the install key in force, long enough");
        assertEquals(1, named("whsec_" + BASE64).size());
        assertTrue(of(new CredentialReference("file:absent")).isEmpty());
    }

    @Test
    void of_nothing_isNone() {
        assertTrue(of(null).isEmpty());
    }

    private List<Secret> named(String text) throws IOException {
        Files.writeString(directory.resolve("own"), text);
        return of(new CredentialReference("file:own"));
    }

    private List<Secret> of(CredentialReference own) {
        return CallbackSecret.of(Samples.mailbox("acme", "support", "k-1", own), new Secrets(Map.of(), directory));
    }
}
