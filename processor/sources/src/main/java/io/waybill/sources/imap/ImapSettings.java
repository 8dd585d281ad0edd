package io.waybill.sources.imap;

import java.time.Duration;

/**
 * Bounds of connections to IMAP servers. None of them may be infinite: a server that says nothing must not hold a job for ever.
 *
 * @param connectTimeout until the TCP connection stands
 * @param readTimeout until the next bytes of an answer; also of the TLS handshake and the greeting
 * @param writeTimeout until a command is sent
 * @param idleClose an unused connection is closed after that: servers count connections per account, and NAT forgets idle ones
 * @param connectsPerHost connections to one host that are being opened at the same time; after an outage all mailboxes come back at
 *     once
 * @param chunkBytes messages larger than this are read in pieces of this size, so that memory does not grow with the message
 */
public record ImapSettings(
        Duration connectTimeout,
        Duration readTimeout,
        Duration writeTimeout,
        Duration idleClose,
        int connectsPerHost,
        int chunkBytes) {
    public static final ImapSettings DEFAULTS = new ImapSettings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            8,
            1024 * 1024);

    public ImapSettings {
        if (millis(connectTimeout) < 1
                || millis(readTimeout) < 1
                || millis(writeTimeout) < 1
                || millis(idleClose) < 1) {
            throw new IllegalArgumentException("timeouts must be positive");
        }
        if (connectsPerHost < 1 || chunkBytes < 1) {
            throw new IllegalArgumentException("connectsPerHost and chunkBytes must be positive");
        }
    }

    /** The same with other timeouts, for tests and impatient networks. */
    public ImapSettings withTimeouts(Duration connect, Duration read) {
        return new ImapSettings(connect, read, read, idleClose, connectsPerHost, chunkBytes);
    }

    static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }
}
