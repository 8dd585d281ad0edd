package io.waybill.watch;

import io.waybill.contracts.Mailbox;
import io.waybill.sources.ProviderAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where providers reach the ingress applications ({@code waybill.public-url}).
 *
 * @param base ends in a slash; https, or http on this machine alone
 */
record PublicUrl(URI base) {
    PublicUrl {
        base = ProviderAddress.base("waybill.public-url", "notifications", base);
        if (base.getRawQuery() != null || base.getRawFragment() != null || base.getRawUserInfo() != null) {
            throw new IllegalArgumentException("waybill.public-url is a host, and a path where there is one");
        }
    }

    /** What Graph posts about the mailbox's messages to. */
    URI microsoftNotifications(Mailbox mailbox) {
        return callback("microsoft/notifications", mailbox);
    }

    /** What Graph posts about the mailbox's subscription to. */
    URI microsoftLifecycle(Mailbox mailbox) {
        return callback("microsoft/lifecycle", mailbox);
    }

    private URI callback(String path, Mailbox mailbox) {
        return base.resolve(path + "?k=" + URLEncoder.encode(mailbox.k(), StandardCharsets.UTF_8));
    }
}
