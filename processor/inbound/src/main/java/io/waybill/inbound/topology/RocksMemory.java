package io.waybill.inbound.topology;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One memory bound for all RocksDB stores of the process: with the defaults each store of each task would take 50 MiB of cache and
 * 48 MiB of write buffers.
 */
public final class RocksMemory implements RocksDBConfigSetter {
    /** Of blocks and write buffers together. */
    private static final long CACHE_BYTES = 96L * 1024 * 1024;

    /** More than a MiB for each of the three busy stores of twelve tasks. */
    private static final long WRITE_BUFFER_BYTES = 64L * 1024 * 1024;

    /**
     * What a write buffer takes at a time. By default that is a MiB, so that the buffers of a few dozen stores reach the bound while they
     * are all but empty; from then on each write, into whichever store, has that store write a file of some kilobytes to disk.
     */
    private static final long ARENA_BLOCK_BYTES = 64L * 1024;

    /** Those that are asked for each job that is announced, and nearly always have nothing of it. */
    private static final Set<String> ASKED_FOR_EACH_JOB = Set.of(Stores.SETTLED, Stores.WAITING);

    /** Of a write buffer of 16 MiB: 8 bits for each of 330,000 rows, more than it holds. */
    private static final double WRITE_BUFFER_FILTER = 0.02;

    static {
        RocksDB.loadLibrary();
    }

    /**
     * Four parts, where by default there would be 64 of 1.5 MiB: the filter of a million rows has as much, and what does not fit into a
     * part is read from disk at each look-up.
     */
    private static final int SHARD_BITS = 2;

    /** Of the cache, for filters and indexes: a scan of all rows, which {@link Settlements#expire} is, must not put them out. */
    private static final double KEPT_FOR_FILTERS = 0.5;

    private static final Cache CACHE = new LRUCache(CACHE_BYTES, SHARD_BITS, false, KEPT_FOR_FILTERS);
    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        // Most look-ups are for jobs that were never seen. Streams gives the oldest level no filters, where nearly all
        // rows are.
        table.setFilterPolicy(new BloomFilter(10));
        options.setOptimizeFiltersForHits(false);
        // Those of the youngest files, which are small, without a look into the cache.
        table.setPinL0FilterAndIndexBlocksInCache(true);
        if (ASKED_FOR_EACH_JOB.contains(store)) {
            options.setMemtablePrefixBloomSizeRatio(WRITE_BUFFER_FILTER);
            options.setMemtableWholeKeyFiltering(true);
        }
        options.setWriteBufferManager(WRITE_BUFFERS);
        options.setArenaBlockSize(ARENA_BLOCK_BYTES);
        options.setTableFormatConfig(table);
    }

    @Override
    public void close(String store, Options options) {
        // Cache and buffers are shared by all stores and live as long as the process.
    }
}
