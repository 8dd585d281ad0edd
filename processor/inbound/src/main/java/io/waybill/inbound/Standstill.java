package io.waybill.inbound;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Knows when streams that were started have neither worked nor restored anything for too long. A task's lock that a stream thread left
 * behind when it died, or a member that never comes out of a rebalance: nothing within the process mends that, and a new process does not
 * have it. What a new one would have as well, a transaction that hangs, is ended long before by {@link HangingTransactions}.
 */
final class Standstill implements StateRestoreListener {
    private final Duration limit;
    private final LongSupplier nanos;
    private volatile long movedAt;

    /** @param nanos a monotonic clock */
    Standstill(Duration limit, LongSupplier nanos) {
        this.limit = limit;
        this.nanos = nanos;
        moved();
    }

    Duration limit() {
        return limit;
    }

    /** Something was done, or the streams are at work. */
    void moved() {
        movedAt = nanos.getAsLong();
    }

    boolean isTooLong() {
        return nanos.getAsLong() - movedAt > limit.toNanos();
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        moved();
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long upTo, long records) {
        moved();
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long records) {
        moved();
    }
}
