package io.waybill.cli.up;

import io.waybill.cli.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports on 127.0.0.1. Those of parts that do not run here are not looked at.
 *
 * @param kafka the embedded broker
 * @param database the embedded PostgreSQL
 * @param ingressMicrosoft callbacks of Microsoft Graph
 * @param ingressGoogle pushes of Google Cloud Pub/Sub
 * @param ingressImap callbacks of IMAP listeners
 * @param watch health of the listeners
 * @param processor health and job look-up
 */
public record Ports(
        int kafka, int database, int ingressMicrosoft, int ingressGoogle, int ingressImap, int watch, int processor) {
    /** Literally: a name may resolve to ::1 first, and then the browser and we speak of two servers. */
    public static final String HOST = "127.0.0.1";

    public static final int KAFKA = 9092;
    public static final int DATABASE = 5433;
    public static final int INGRESS_MICROSOFT = 8081;
    public static final int INGRESS_GOOGLE = 8082;
    public static final int INGRESS_IMAP = 8083;
    public static final int WATCH = 8084;
    public static final int PROCESSOR = 8085;

    // Below the range that the kernel gives to outgoing connections (32768 and up on Linux), so that none of ours is
    // taken
    // between the choice and the bind by a client that connects somewhere.
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES = 500;

    /** Distinct ports that nobody listens on now. */
    public static List<Integer> free(int count) {
        Set<Integer> ports = new LinkedHashSet<>();
        for (int i = 0; i < TRIES && ports.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw Problem.incomplete(
                    "no free ports between " + LOWEST + " and " + HIGHEST, HOST, "Stop some of what listens there.");
        }
        return List.copyOf(ports);
    }

    /**
     * Throws {@link Problem} for the first port that is taken or claimed twice.
     *
     * @param ownKafka whether the embedded broker is to run
     * @param ownDatabase whether the embedded PostgreSQL is to run
     * @param callable whether providers can call this machine
     */
    public void requireFree(boolean ownKafka, boolean ownDatabase, boolean callable) {
        List<PortClaim> claims = new ArrayList<>();
        if (ownKafka) {
            claims.add(new PortClaim("Kafka", kafka, "--kafka-port")
                    .orElse("To use a Kafka that runs there already: --bootstrap-servers."));
        }
        if (ownDatabase) {
            claims.add(new PortClaim("PostgreSQL", database, "--database-port")
                    .orElse("To use a PostgreSQL that runs there already: --database-url."));
        }
        if (callable) {
            claims.add(new PortClaim("the Microsoft ingress", ingressMicrosoft, "--ingress-microsoft-port"));
            claims.add(new PortClaim("the Google ingress", ingressGoogle, "--ingress-google-port"));
        }
        claims.add(new PortClaim("the IMAP ingress", ingressImap, "--ingress-imap-port"));
        claims.add(new PortClaim("the watch", watch, "--watch-port"));
        claims.add(new PortClaim("the processor", processor, "--processor-port"));
        PortClaim.requireFree(claims);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
