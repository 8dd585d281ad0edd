package io.waybill.sources.graph;

import io.waybill.contracts.MicrosoftAccount.Cloud;
import java.net.URI;
import java.util.Optional;

/**
 * Where Graph is. Tokens are sent there, so no mailbox can name an address, only a cloud; the process's own configuration can, for tests.
 *
 * @param override in place of every cloud's address; its path ends in {@code /v1.0/}
 */
public record GraphEndpoints(Optional<URI> override) {
    public GraphEndpoints {
        override.ifPresent(address -> {
            boolean loopback = "http".equals(address.getScheme()) && "127.0.0.1".equals(address.getHost());
            if (!"https".equals(address.getScheme()) && !loopback) {
                throw new IllegalArgumentException("the address of Graph must be https: tokens are sent there");
            }
        });
        override = override.map(address -> address.toString().endsWith("/") ? address : URI.create(address + "/"));
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
