package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompactionStyle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;
import org.rocksdb.WriteOptions;

final class RocksMemoryTest {
    /** Those of one task. */
    private static final List<String> NAMES = List.of(Stores.SETTLED, Stores.WAITING, Stores.SCHEDULE, Stores.CURSORS);

    /** Of twenty tasks. */
    private static final int STORES = 80;

    private static final int ROWS = 1_000;
    private static final byte[] ROW = new byte[400];

    @Test
    void setConfig_manyStores_keepWhatIsWrittenUntilThereIsSomeOfIt(@TempDir Path directory) throws Exception {
        List<RocksDB> stores = new ArrayList<>();
        // As Kafka Streams opens its own: what is lost comes from the changelog.
        try (WriteOptions noLog = new WriteOptions().setDisableWAL(true)) {
            for (int store = 0; store < STORES; store++) {
                try (Options options = options(NAMES.get(store % NAMES.size()))) {
                    stores.add(RocksDB.open(
                            options, directory.resolve("store" + store).toString()));
                }
            }
            for (int row = 0; row < ROWS; row++) {
                for (RocksDB store : stores) {
                    store.put(noLog, key(row), ROW);
                }
            }
            // 32 MB of rows, which is less than the bound.
            for (RocksDB store : stores) {
                assertEquals(List.of(), store.getLiveFilesMetaData());
            }
        } finally {
            stores.forEach(RocksDB::close);
        }
    }

    @Test
    void setConfig_whatIsNotThere_isNotLookedForOnDisk(@TempDir Path directory) throws Exception {
        try (Options options = options(Stores.SETTLED);
                Statistics statistics = new Statistics();
                RocksDB store = RocksDB.open(options.setStatistics(statistics), directory.toString())) {
            for (int row = 0; row < ROWS; row++) {
                store.put(key(2 * row), ROW);
            }
            // All in the oldest level.
            store.compactRange();
            for (int row = 0; row < ROWS; row++) {
                assertNull(store.get(key(2 * row + 1)));
            }
            long spared = statistics.getTickerCount(TickerType.BLOOM_FILTER_USEFUL);
            assertTrue(spared > ROWS * 9 / 10, "the filters spared " + spared + " of " + ROWS + " looks");
        }
    }

    private static byte[] key(int row) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(row).array();
    }

    private static Options options(String store) {
        Options options = new Options()
                .setCreateIfMissing(true)
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setOptimizeFiltersForHits(true)
                .setWriteBufferSize(16L * 1024 * 1024)
                .setMaxWriteBufferNumber(3)
                .setTableFormatConfig(new BlockBasedTableConfig());
        new RocksMemory().setConfig(store, options, Map.of());
        return options;
    }
}
