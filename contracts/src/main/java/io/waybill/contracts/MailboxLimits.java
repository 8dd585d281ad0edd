package io.waybill.contracts;

/**
 * Bounds of one mailbox.
 *
 * @param permits jobs that run at the same time, 1 to 64; null means 2: mail servers count connections per account
 * @param maxMessageBytes largest message that is fetched; null means 128 MiB
 */
public record MailboxLimits(Integer permits, Long maxMessageBytes) {
    public static final MailboxLimits DEFAULTS = new MailboxLimits(null, null);

    public MailboxLimits {
        permits = permits == null ? 2 : permits;
        maxMessageBytes = maxMessageBytes == null ? 128L * 1024 * 1024 : maxMessageBytes;
        if (permits < 1 || permits > 64) {
            throw new IllegalArgumentException("permits must be 1 to 64");
        }
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("maxMessageBytes must be positive");
        }
    }
}
