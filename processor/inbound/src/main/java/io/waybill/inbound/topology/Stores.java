package io.waybill.inbound.topology;

import static org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore;
import static org.apache.kafka.streams.state.Stores.keyValueStoreBuilder;
import static org.apache.kafka.streams.state.Stores.persistentKeyValueStore;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** The state stores of a task. Names are part of the changelog topics' names and never change. */
public final class Stores {
    /** What is final: job id to {@link Settlement}; RocksDB, expires after the settled horizon. */
    public static final String SETTLED = "settled";

    /** Queued and running rows; in memory, bounded by a multiple of the permits. */
    public static final String JOBS = "jobs";

    /** Waiting and parked rows; RocksDB, bounded by disk alone. */
    public static final String WAITING = "waiting";

    /** The index of {@link #WAITING} by due time, by mailbox and by park cause; RocksDB. */
    public static final String SCHEDULE = "schedule";

    /** Where the last listing of each mailbox and folder ended; RocksDB. */
    public static final String CURSORS = "cursors";

    /** Rows live for seconds: with the defaults a restore would read a day of tombstones in segments of 1 GiB. */
    private static final Map<String, String> SHORT_LIVED = shortLived(Duration.ofMinutes(10));

    /**
     * Rows on disk, and their index, are restored from where a state directory ends, which may be an hour old; what was deleted since must
     * be there to be read. Once it is not, rows are back that others have finished, and {@link Backlog} drops them. But a row without its
     * entry would be open for ever, where an entry without its row is dropped: so rows stay deleted for longer.
     */
    private static final Map<String, String> ROWS_ON_DISK = shortLived(Duration.ofHours(2));

    private static final Map<String, String> INDEX_ON_DISK = shortLived(Duration.ofHours(1));

    /** Retention must not follow the clocks of those who sent the records. */
    private static final Map<String, String> LONG_LIVED = Map.of("message.timestamp.type", "LogAppendTime");

    private Stores() {}

    static List<StoreBuilder<KeyValueStore<Bytes, byte[]>>> all() {
        return List.of(
                store(persistentKeyValueStore(SETTLED), LONG_LIVED),
                store(inMemoryKeyValueStore(JOBS), SHORT_LIVED),
                store(persistentKeyValueStore(WAITING), ROWS_ON_DISK),
                store(persistentKeyValueStore(SCHEDULE), INDEX_ON_DISK),
                store(persistentKeyValueStore(CURSORS), LONG_LIVED));
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(
            KeyValueBytesStoreSupplier supplier, Map<String, String> topic) {
        return keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(topic);
    }

    /** @param deleted for how long it is to be read that a row was deleted */
    private static Map<String, String> shortLived(Duration deleted) {
        return Map.of(
                "message.timestamp.type", "LogAppendTime",
                "delete.retention.ms", Long.toString(deleted.toMillis()),
                "segment.ms", "600000",
                "segment.bytes", "16777216",
                "min.cleanable.dirty.ratio", "0.1",
                "max.compaction.lag.ms", "600000");
    }
}
