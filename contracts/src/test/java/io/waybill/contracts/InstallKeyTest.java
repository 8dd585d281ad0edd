package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstallKeyTest {
    private static final String TEXT = "0123456789abcdef0123456789abcdef";

    private final InstallKey key = new InstallKey(Secret.of(TEXT));

    /** Computed by another program. If they change, every listener of the installation is locked out and no moved mail is found. */
    @Test
    void derived_neverChanges() {
        assertEquals("luARF/h9e7lnDHLpiQIsTtqNHYyci5ZPuyAy+WtzNhI=", base64(key.callbackSecret(Samples.mailbox())));
        assertEquals(
                "ndobs2l5xjdvvzotneyemw3rw3kdplvnk3i2z3u2cda2uemn76ia", key.messageIdHash("acme", "<1@example.org>"));
    }

    @Test
    void derived_isAnotherForEachTenantMailboxAndIncarnation() {
        String first = base64(key.callbackSecret(Samples.mailbox()));
        assertNotEquals(first, base64(key.callbackSecret(Samples.mailbox("globex", "support", "k", null))));
        assertNotEquals(first, base64(key.callbackSecret(Samples.mailbox("acme", "sales", "k", null))));
        assertNotEquals(first, base64(new InstallKey(Secret.of("x" + TEXT)).callbackSecret(Samples.mailbox())));
        assertNotEquals(key.messageIdHash("acme", "<1@x>"), key.messageIdHash("globex", "<1@x>"));
        assertNotEquals(key.messageIdHash("acme", "<1@x>"), key.messageIdHash("acme", "<2@x>"));
    }

    @Test
    void clientState_namesItsKeyAndIsAnotherForEachMailbox() {
        String state = key.clientState(Samples.mailbox()).text();
        assertTrue(state.matches("[a-z2-7]{8}\\.[a-z2-7]{52}"), state);
        assertEquals(state, key.clientState(Samples.mailbox()).text());
        String other =
                key.clientState(Samples.mailbox("globex", "support", "k", null)).text();
        assertEquals(state.substring(0, 9), other.substring(0, 9));
        assertNotEquals(state, other);
        InstallKey next = new InstallKey(Secret.of("x" + TEXT));
        assertNotEquals(
                state.substring(0, 9),
                next.clientState(Samples.mailbox()).text().substring(0, 9));
    }

    @Test
    void create_short_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new InstallKey(Secret.of("x".repeat(31))));
    }

    @Test
    void live_duringRotation(@TempDir Path directory) throws IOException {
        Secrets secrets = new Secrets(Map.of(), directory);
        assertTrue(InstallKey.live(secrets).isEmpty());
        Files.writeString(directory.resolve("install.key"), TEXT + "\n");
        assertEquals(1, InstallKey.live(secrets).size());

        Files.writeString(directory.resolve("install.key.previous"), TEXT);
        Files.writeString(directory.resolve("install.key"), "the next key, and just as long as the first");
        List<InstallKey> live = InstallKey.live(secrets);
        assertEquals(2, live.size());
        assertEquals(
                base64(key.callbackSecret(Samples.mailbox())),
                base64(live.getLast().callbackSecret(Samples.mailbox())));
    }

    private static String base64(Secret secret) {
        return Base64.getEncoder().encodeToString(secret.bytes());
    }
}
