package io.waybill.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of 127.0.0.1 for servers that must know theirs before they bind. */
public final class LoopbackPort {
    public static final String HOST = "127.0.0.1";

    // Below the range the kernel gives to outgoing connections (32768 and up on Linux): a client that reconnects to a
    // stopped server inside that range may be given the server's own port, connect to itself and keep the port taken.
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES = 200;
    /** Given out by this process, which may not listen on them yet; there are some dozens. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    /** A port nobody listens on now, another each time. Another process may take it before the caller binds: retry then. */
    public static int free() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new SandboxException(
                "no free port between " + LOWEST + " and " + HIGHEST + " on " + HOST,
                "Stop what listens there, or name the ports to use.");
    }

    /** Whether one could listen on the port now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private LoopbackPort() {}
}
