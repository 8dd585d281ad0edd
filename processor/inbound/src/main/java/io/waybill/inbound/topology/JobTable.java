package io.waybill.inbound.topology;

import io.waybill.contracts.MailboxKey;
import io.waybill.inbound.execute.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The queued and running rows of one task: durable in the jobs store, and beside each the work that the dispatcher holds for it.
 * Belongs to the task's stream thread.
 */
final class JobTable {
    /** Names the process that owns the task's rows; shorter than any row key. */
    private static final Bytes OWNER = Bytes.wrap("owner".getBytes(StandardCharsets.US_ASCII));

    private final KeyValueStore<Bytes, byte[]> store;
    private final Map<RowKey, Entry> entries = new LinkedHashMap<>();
    private final Map<Work, Entry> underWork = new HashMap<>();
    private final Map<MailboxKey, Integer> perMailbox = new HashMap<>();

    JobTable(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** A row in memory. */
    static final class Entry {
        private Row row;
        private Work work;
        /** The cause that this job probes; null for most. */
        private final ParkCause probes;

        private Entry(Row row, ParkCause probes) {
            this.row = row;
            this.probes = probes;
        }

        Row row() {
            return row;
        }

        /** What the dispatcher holds; null while nothing may run yet. */
        Work work() {
            return work;
        }

        ParkCause probes() {
            return probes;
        }
    }

    /** The rows that an earlier owner left. */
    List<Row> stored() {
        List<Row> rows = new ArrayList<>();
        try (var all = store.all()) {
            while (all.hasNext()) {
                var entry = all.next();
                if (!entry.key.equals(OWNER)) {
                    rows.add(RowCodec.decode(entry.value));
                }
            }
        }
        return rows;
    }

    /** The process that owned the task last and did not hand it in. */
    Optional<String> owner() {
        return Optional.ofNullable(store.get(OWNER)).map(life -> new String(life, StandardCharsets.UTF_8));
    }

    void claim(String life) {
        store.put(OWNER, life.getBytes(StandardCharsets.UTF_8));
    }

    void handIn() {
        store.delete(OWNER);
    }

    Entry add(Row row, ParkCause probes) {
        Entry entry = new Entry(row, probes);
        entries.put(row.key(), entry);
        perMailbox.merge(row.mailbox(), 1, Integer::sum);
        store.put(row.key().bytes(), RowCodec.encode(row));
        return entry;
    }

    void update(Entry entry, Row row) {
        entry.row = row;
        store.put(row.key().bytes(), RowCodec.encode(row));
    }

    /** From now on this work, and no other, speaks for the row. */
    void assign(Entry entry, Work work) {
        underWork.remove(entry.work);
        entry.work = work;
        underWork.put(work, entry);
    }

    void remove(Entry entry) {
        RowKey key = entry.row().key();
        underWork.remove(entry.work);
        entries.remove(key);
        perMailbox.computeIfPresent(entry.row().mailbox(), (_, count) -> count == 1 ? null : count - 1);
        store.delete(key.bytes());
    }

    Optional<Entry> find(RowKey key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** The entry that this very work belongs to: an answer to an earlier attempt, epoch or owner finds none. */
    Optional<Entry> find(Work work) {
        return Optional.ofNullable(underWork.get(work));
    }

    int of(MailboxKey mailbox) {
        return perMailbox.getOrDefault(mailbox, 0);
    }

    Collection<Entry> all() {
        return entries.values();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
