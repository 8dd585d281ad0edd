package io.waybill.sources.imap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Holds on to the TCP socket under a connection, whatever is layered upon it: closing it ends every wait of the protocol engine at
 * once, and its read timeout can be set to what the next command deserves.
 */
final class KeptSocket {
    private volatile Socket socket;

    /** Makes plain connections. */
    SocketFactory plain() {
        return new Plain();
    }

    /** Layers TLS upon a plain connection. */
    SSLSocketFactory layered(SSLSocketFactory tls) {
        return new Layered(tls);
    }

    /** A fraction of a millisecond is one: to the socket 0 means for ever. */
    void readTimeout(Duration timeout) throws SocketException {
        Socket kept = socket;
        if (kept != null) {
            kept.setSoTimeout(Math.max(1, ImapSettings.millis(timeout)));
        }
    }

    /** Closes the connection from any thread, without a farewell. */
    void close() {
        Socket kept = socket;
        if (kept != null) {
            try {
                kept.close();
            } catch (IOException closedEnough) {
                // There is nothing else to be done with it.
            }
        }
    }

    private <T extends Socket> T keep(T made) {
        socket = made;
        return made;
    }

    /** Lets the kernel notice a dead peer within two minutes of silence, where it can. */
    private static void keepAlive(Socket socket) {
        try {
            socket.setKeepAlive(true);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 15);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 4);
        } catch (IOException | UnsupportedOperationException notHere) {
            // The watchdog of the listener finds it as well, only later.
        }
    }

    private final class Plain extends SocketFactory {
        @Override
        public Socket createSocket() {
            Socket made = new Socket();
            keepAlive(made);
            return keep(made);
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Layered extends SSLSocketFactory {
        private final SSLSocketFactory tls;

        Layered(SSLSocketFactory tls) {
            this.tls = tls;
        }

        @Override
        public Socket createSocket(Socket under, String host, int port, boolean autoClose) throws IOException {
            keep(under);
            keepAlive(under);
            return tls.createSocket(under, host, port, autoClose);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return tls.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return tls.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
