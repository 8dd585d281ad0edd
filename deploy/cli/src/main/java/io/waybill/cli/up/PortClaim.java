package io.waybill.cli.up;

import io.waybill.cli.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who wants a port of 127.0.0.1.
 *
 * @param who in words
 * @param option what changes the port
 * @param instead what else can be done where it is taken; may be empty
 */
public record PortClaim(String who, int port, String option, String instead) {
    private static final int HIGHEST = 65_535;

    public PortClaim(String who, int port, String option) {
        this(who, port, option, "");
    }

    /** The same, with another way out. */
    PortClaim orElse(String way) {
        return new PortClaim(who, port, option, way);
    }

    /** Throws {@link Problem} for the first port that is none, is taken or is claimed twice. */
    public static void requireFree(List<PortClaim> claims) {
        Set<Integer> seen = new HashSet<>();
        for (PortClaim claim : claims) {
            claim.requirePort();
            if (!seen.add(claim.port())) {
                throw Problem.usage(
                        "port " + claim.port() + " is wanted twice",
                        claim.option(),
                        "Give each part a port of its own.");
            }
            claim.requireFree();
        }
    }

    private void requirePort() {
        if (port < 1 || port > HIGHEST) {
            throw Problem.usage(port + " is no port", option, "Take one between 1 and " + HIGHEST + ".");
        }
    }

    private void requireFree() {
        if (!Ports.isFree(port)) {
            throw Problem.usage(
                    "port " + port + ", which " + who + " needs, is in use",
                    Ports.HOST + ":" + port,
                    "Stop what listens there (`ss -ltnp 'sport = :" + port + "'`), or take another port: " + option
                            + " N." + (instead.isEmpty() ? "" : " " + instead));
        }
    }
}
