package io.waybill.sources;

import java.net.URI;

/** The address of a provider that a process is configured to ask in place of the real one. */
public final class ProviderAddress {
    private ProviderAddress() {}

    /**
     * The address, ending in a slash.
     *
     * @param what it is, for the message
     * @param sent what goes there and must not be read on the way, for the message
     * @throws IllegalArgumentException where it is neither https nor this machine
     */
    public static URI base(String what, String sent, URI address) {
        boolean loopback = "http".equals(address.getScheme()) && "127.0.0.1".equals(address.getHost());
        if (!"https".equals(address.getScheme()) && !loopback) {
            throw new IllegalArgumentException(what + " must be https: " + sent + " are sent there");
        }
        return address.toString().endsWith("/") ? address : URI.create(address + "/");
    }
}
