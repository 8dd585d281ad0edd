package io.waybill.inbound.topology;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The settled jobs of one task and their expiry: a scan that goes on where it stopped, a few milliseconds at a time. An index by day
 * would double state and restore time, and at real rates the scan costs nothing.
 */
final class Settlements {
    private static final Duration BUDGET = Duration.ofMillis(5);
    private static final Duration REST = Duration.ofMinutes(10);

    private final KeyValueStore<Bytes, byte[]> store;
    private final Duration horizon;
    private Bytes next;
    /** The time of the last record, by the broker's clock: this machine's may be weeks off. */
    private Instant brokerTime = Instant.EPOCH;

    private Instant resumeAt = Instant.EPOCH;

    Settlements(KeyValueStore<Bytes, byte[]> store, Duration horizon) {
        this.store = store;
        this.horizon = horizon;
    }

    boolean contains(RowKey key) {
        return store.get(key.bytes()) != null;
    }

    /** Whether the job of that row has ended; not where it is driven again. */
    boolean hasEnded(Row row) {
        byte[] end = store.get(row.key().bytes());
        return end != null && Settlement.decode(end).isEndOf(row);
    }

    /** By a clock that is behind it would expire too soon: it is as late as the last record at least. */
    void put(RowKey key, Settlement settlement) {
        store.put(key.bytes(), settlement.notBefore(brokerTime).encode());
    }

    /** A record of that time was read. */
    void sawRecordOf(Instant time) {
        brokerTime = time.isAfter(brokerTime) ? time : brokerTime;
    }

    /**
     * Deletes what is older than the horizon, for at most some milliseconds. A clock of this machine that is weeks ahead must not have
     * all forgotten that keeps mails from being done twice: what counts is the last record's time, where that is earlier.
     */
    void expire(Instant now) {
        if (now.isBefore(resumeAt) && !resumeAt.isAfter(now.plus(REST))) {
            return;
        }
        Instant oldest = (now.isAfter(brokerTime) ? brokerTime : now).minus(horizon);
        long stopAt = System.nanoTime() + BUDGET.toNanos();
        try (var rows = store.range(next, null)) {
            while (rows.hasNext()) {
                var row = rows.next();
                if (Settlement.decode(row.value).at().isBefore(oldest)) {
                    store.delete(row.key);
                }
                if (System.nanoTime() > stopAt) {
                    next = row.key;
                    return;
                }
            }
        }
        next = null;
        resumeAt = now.plus(REST);
    }
}
