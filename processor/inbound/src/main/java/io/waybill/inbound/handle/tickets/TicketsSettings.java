package io.waybill.inbound.handle.tickets;

import io.waybill.contracts.CredentialReference;
import io.waybill.handler.HandlerSettings;
import java.util.Optional;

/**
 * The settings of the handler.
 *
 * @param url of the database; never with a password in it
 * @param user empty leaves it to the driver
 * @param password empty where the database asks for none
 * @param poolSize how many mails are written at once, 1 to 100
 */
record TicketsSettings(String url, Optional<String> user, Optional<CredentialReference> password, int poolSize) {
    static final int DEFAULT_POOL_SIZE = 10;

    private static final int MAX_POOL_SIZE = 100;

    /** Reads them; empty without a URL. Throws IllegalArgumentException, without quoting the value, for what cannot be meant. */
    static Optional<TicketsSettings> of(HandlerSettings settings) {
        return read(settings, "database-url")
                .map(url -> new TicketsSettings(
                        url,
                        read(settings, "database-user"),
                        read(settings, "database-password").map(TicketsSettings::reference),
                        read(settings, "pool-size")
                                .map(TicketsSettings::poolSize)
                                .orElse(DEFAULT_POOL_SIZE)));
    }

    TicketsSettings {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(key("database-url") + " must start with jdbc:postgresql:");
        }
        // Addresses are logged and shown; passwords are not.
        if (url.contains("password=")) {
            throw new IllegalArgumentException(key("database-url") + " must not hold the password: set "
                    + key("database-password") + " to env:WAYBILL_SECRET_<NAME> or file:<NAME>");
        }
    }

    private static Optional<String> read(HandlerSettings settings, String name) {
        return settings.get(name).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static CredentialReference reference(String value) {
        if (!CredentialReference.isReference(value)) {
            throw new IllegalArgumentException(
                    key("database-password") + " must be a reference: env:WAYBILL_SECRET_<NAME> or file:<NAME>");
        }
        return new CredentialReference(value);
    }

    private static int poolSize(String value) {
        if (!value.matches("\\d{1,3}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > MAX_POOL_SIZE) {
            throw new IllegalArgumentException(key("pool-size") + " must be a number from 1 to " + MAX_POOL_SIZE);
        }
        return Integer.parseInt(value);
    }

    private static String key(String name) {
        return "waybill.handlers.tickets." + name;
    }
}
