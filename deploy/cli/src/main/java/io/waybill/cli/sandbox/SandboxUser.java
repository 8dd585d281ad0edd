package io.waybill.cli.sandbox;

import io.waybill.cli.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Who has a mailbox in an emulator.
 *
 * @param id the object id: the same for an address in every run
 * @param address in lower case
 */
record SandboxUser(String id, String address) {
    /** Less than an address may have, and so that it needs no quotes in YAML, in a shell and in a query. */
    private static final Pattern ADDRESS =
            Pattern.compile("[a-z0-9][a-z0-9._-]{0,61}@[a-z0-9][a-z0-9-]{0,62}([.][a-z0-9][a-z0-9-]{0,62}){0,4}");

    /**
     * Throws {@link Problem} for an address that the emulators do not take.
     *
     * @param option what named it
     */
    static SandboxUser of(String address, String option) {
        String lower = address.toLowerCase(Locale.ROOT);
        if (!ADDRESS.matcher(lower).matches()) {
            throw Problem.usage(
                    "not an address for the emulator",
                    option,
                    "Write NAME@DOMAIN with letters, digits, dots, underscores and hyphens: support@contoso.example");
        }
        UUID id = UUID.nameUUIDFromBytes(lower.getBytes(StandardCharsets.US_ASCII));
        return new SandboxUser(id.toString(), lower);
    }

    /** What stands before the at sign. */
    String name() {
        return address.substring(0, address.indexOf('@'));
    }
}
