package io.waybill.cli.up;

import io.waybill.cli.Problem;
import io.waybill.sources.ProviderAddress;
import java.net.URI;

/** The address at which providers reach the ingress of this machine: https, or http on this machine alone. */
public record PublicUrl(URI address) {
    /** Of an ingress that only this machine can call. */
    public static PublicUrl onThisMachine(int port) {
        return new PublicUrl(URI.create(Layout.url(port)));
    }

    /**
     * Throws {@link Problem} where it is none.
     *
     * @param where the option or variable that says it
     */
    static PublicUrl of(String text, String where) {
        try {
            URI address = URI.create(text);
            ProviderAddress.base("the public address", "notifications", address);
            boolean isBase = address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null;
            if (isBase) {
                return new PublicUrl(address);
            }
        } catch (IllegalArgumentException garbledOrOpenToRead) {
            // Told below.
        }
        throw Problem.usage(
                "not an address that providers may call",
                where,
                "Write https://HOST or https://HOST/PATH, as the ingress is reached from outside. http is for"
                        + " an emulator on this machine: http://" + Ports.HOST + ":PORT");
    }
}
