package io.waybill.sources.oauth;

import io.waybill.contracts.MicrosoftAccount.Cloud;
import io.waybill.sources.ProviderAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where tokens come from. Secrets are sent there, so no mailbox can name an endpoint, only one of Microsoft's clouds; the process's own
 * configuration can, for tests.
 *
 * @param microsoft for each cloud the address to which {@code TENANT/oauth2/v2.0/token} is added
 * @param google the address to which {@code token} is added
 */
public record TokenEndpoints(Map<Cloud, URI> microsoft, URI google) {
    public static final TokenEndpoints DEFAULTS = of(Optional.empty(), Optional.empty());

    public TokenEndpoints {
        microsoft = Map.copyOf(microsoft);
    }

    /** The given ones, whatever the cloud, and the usual ones where none is given. */
    public static TokenEndpoints of(Optional<URI> microsoft, Optional<URI> google) {
        Optional<URI> given = microsoft.map(address -> base("microsoft", address));
        return new TokenEndpoints(
                Arrays.stream(Cloud.values())
                        .collect(Collectors.toMap(Function.identity(), cloud -> given.orElse(usual(cloud)))),
                base("google", google.orElse(URI.create("https://oauth2.googleapis.com/"))));
    }

    /** As Microsoft documents them under "National clouds". */
    private static URI usual(Cloud cloud) {
        return URI.create(
                switch (cloud) {
                    case GLOBAL -> "https://login.microsoftonline.com/";
                    case USGOV -> "https://login.microsoftonline.us/";
                    case CHINA -> "https://login.partner.microsoftonline.cn/";
                });
    }

    URI microsoft(Cloud cloud, String tenantId) {
        return microsoft.get(cloud).resolve(tenantId + "/oauth2/v2.0/token");
    }

    URI googleToken() {
        return google.resolve("token");
    }

    private static URI base(String name, URI address) {
        return ProviderAddress.base("the token endpoint of " + name, "secrets", address);
    }
}
