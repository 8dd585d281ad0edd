package io.waybill.sources.gmail;

import io.waybill.sources.ProviderAddress;
import java.net.URI;
import java.util.Optional;

/**
 * Where Gmail is. Tokens are sent there, so no mailbox can name an address; the process's own configuration can, for tests.
 *
 * @param override in place of the usual address; its path ends in {@code /gmail/v1/}
 */
public record GmailEndpoints(Optional<URI> override) {
    private static final URI USUAL = URI.create("https://gmail.googleapis.com/gmail/v1/");

    public GmailEndpoints {
        override = override.map(address -> ProviderAddress.base("the address of Gmail", "tokens", address));
    }

    /** The base of all calls. */
    URI base() {
        return override.orElse(USUAL);
    }
}
