package io.waybill.sources.oauth;

import java.net.URI;
import java.util.Optional;

/**
 * Where tokens come from. Secrets are sent there, so no mailbox can name an endpoint; the process's own configuration can, for national
 * clouds and for tests.
 *
 * @param microsoft the address to which {@code TENANT/oauth2/v2.0/token} is added
 * @param google the address to which {@code token} is added
 */
public record TokenEndpoints(URI microsoft, URI google) {
    public static final TokenEndpoints DEFAULTS = new TokenEndpoints(
            URI.create("https://login.microsoftonline.com/"), URI.create("https://oauth2.googleapis.com/"));

    public TokenEndpoints {
        microsoft = base("microsoft", microsoft);
        google = base("google", google);
    }

    /** The given ones, and the usual ones where none is given. */
    public static TokenEndpoints of(Optional<URI> microsoft, Optional<URI> google) {
        return new TokenEndpoints(microsoft.orElse(DEFAULTS.microsoft), google.orElse(DEFAULTS.google));
    }

    URI microsoft(String tenantId) {
        return microsoft.resolve(tenantId + "/oauth2/v2.0/token");
    }

    URI googleToken() {
        return google.resolve("token");
    }

    private static URI base(String name, URI address) {
        boolean loopback = "http".equals(address.getScheme()) && "127.0.0.1".equals(address.getHost());
        if (!"https".equals(address.getScheme()) && !loopback) {
            throw new IllegalArgumentException(
                    "the token endpoint of " + name + " must be https: secrets are sent there");
        }
        return address.toString().endsWith("/") ? address : URI.create(address + "/");
    }
}
