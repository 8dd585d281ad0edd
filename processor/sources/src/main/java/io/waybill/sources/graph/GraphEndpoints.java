package io.waybill.sources.graph;

import io.waybill.contracts.MicrosoftAccount.Cloud;
import io.waybill.sources.ProviderAddress;
import java.net.URI;
import java.util.Optional;

/**
 * Where Graph is. Tokens are sent there, so no mailbox can name an address, only a cloud; the process's own configuration can, for tests.
 *
 * @param override in place of every cloud's address; its path ends in {@code /v1.0/}
 */
public record GraphEndpoints(Optional<URI> override) {
    public GraphEndpoints {
        override = override.map(address -> ProviderAddress.base("the address of Graph", "tokens", address));
    }

    /** The base of all calls. As Microsoft documents them under "National cloud deployments". */
    URI base(Cloud cloud) {
        return override.orElseGet(() -> URI.create(host(cloud) + "/v1.0/"));
    }

    /** What a token must open. */
    String scope(Cloud cloud) {
        return host(cloud) + "/.default";
    }

    private static String host(Cloud cloud) {
        return switch (cloud) {
            case GLOBAL -> "https://graph.microsoft.com";
            case USGOV -> "https://graph.microsoft.us";
            case CHINA -> "https://microsoftgraph.chinacloudapi.cn";
        };
    }
}
