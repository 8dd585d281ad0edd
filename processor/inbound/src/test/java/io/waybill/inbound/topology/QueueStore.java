package io.waybill.inbound.topology;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A store that does with tombstones what RocksDB does before it compacts: it keeps them, and steps over them one by one. */
final class QueueStore implements KeyValueStore<Bytes, byte[]> {
    private final TreeMap<Bytes, Optional<byte[]>> entries = new TreeMap<>();
    private long steps;
    private long written;
    private long slowness;

    /** How many entries and tombstones were looked at in ranges. */
    long steps() {
        return steps;
    }

    void forgetSteps() {
        steps = 0;
    }

    /** How many values were put. */
    long written() {
        return written;
    }

    /** From now on each value that is put takes so long at least, as on a disk that is busy. */
    void slow(Duration each) {
        slowness = each.toNanos();
        written = 0;
    }

    @Override
    public void put(Bytes key, byte[] value) {
        if (value != null) {
            written++;
            long began = System.nanoTime();
            while (System.nanoTime() - began < slowness) {
                Thread.onSpinWait();
            }
        }
        entries.put(key, Optional.ofNullable(value));
    }

    @Override
    public byte[] putIfAbsent(Bytes key, byte[] value) {
        byte[] former = get(key);
        if (former == null) {
            put(key, value);
        }
        return former;
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> all) {
        all.forEach(each -> put(each.key, each.value));
    }

    @Override
    public byte[] delete(Bytes key) {
        byte[] former = get(key);
        put(key, null);
        return former;
    }

    @Override
    public byte[] get(Bytes key) {
        return entries.getOrDefault(key, Optional.empty()).orElse(null);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        return new Range(entries.subMap(from, true, to, true).entrySet().iterator());
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        return new Range(entries.entrySet().iterator());
    }

    @Override
    public long approximateNumEntries() {
        return entries.values().stream().filter(Optional::isPresent).count();
    }

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        throw new UnsupportedOperationException("belongs to no topology");
    }

    @Override
    public void close() {
        entries.clear();
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    private final class Range implements KeyValueIterator<Bytes, byte[]> {
        private final Iterator<Map.Entry<Bytes, Optional<byte[]>>> rest;
        private KeyValue<Bytes, byte[]> next;

        private Range(Iterator<Map.Entry<Bytes, Optional<byte[]>>> rest) {
            this.rest = rest;
        }

        @Override
        public boolean hasNext() {
            while (next == null && rest.hasNext()) {
                steps++;
                var entry = rest.next();
                next = entry.getValue()
                        .map(value -> KeyValue.pair(entry.getKey(), value))
                        .orElse(null);
            }
            return next != null;
        }

        @Override
        public KeyValue<Bytes, byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            KeyValue<Bytes, byte[]> found = next;
            next = null;
            return found;
        }

        @Override
        public Bytes peekNextKey() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return next.key;
        }

        @Override
        public void close() {
            next = null;
        }
    }
}
