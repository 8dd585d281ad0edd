package io.waybill.inbound.execute;

import java.time.Duration;

/**
 * Bounds of what runs at the same time in one process. The bound of a mailbox is its own ({@code MailboxLimits}).
 *
 * @param tenant running attempts of one tenant: a noisy one leaves the others their share
 * @param process running attempts in all: sockets, buffers and memory follow it
 * @param deadline how long one attempt may take before it is interrupted
 */
public record Permits(int tenant, int process, Duration deadline) {
    public static final Permits DEFAULTS = new Permits(64, 1024, Duration.ofSeconds(120));

    /** Attempts that wait in memory beside those that run; beyond it rows wait on disk. Measured: 24 keeps the permits busy. */
    static final int QUEUED_PER_PERMIT = 24;

    public Permits {
        if (tenant < 1 || process < 1 || deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("permits and deadline must be positive");
        }
    }

    /** Queued and running attempts of the process that are kept in memory. */
    public int inMemory() {
        return process * QUEUED_PER_PERMIT;
    }
}
