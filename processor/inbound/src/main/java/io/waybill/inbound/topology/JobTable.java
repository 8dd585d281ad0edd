package io.waybill.inbound.topology;

import io.waybill.contracts.MailboxKey;
import io.waybill.inbound.execute.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

        /** What speaks for the row: given to the dispatcher once the task may run jobs. */
        Work work() {
            return work;
        }

        ParkCause probes() {
            return probes;
        }
    }

    /** The keys of the rows that an earlier owner left. */
    Deque<Bytes> left() {
        Deque<Bytes> keys = new ArrayDeque<>();
        try (var all = store.all()) {
            while (all.hasNext()) {
                Bytes key = all.next().key;
                if (!key.equals(OWNER)) {
                    keys.add(key);
                }
            }
        }
        return keys;
    }

    /** A row that an earlier owner left and nobody took up yet. */
    Optional<Row> left(Bytes key) {
        return Optional.ofNullable(store.get(key)).map(RowCodec::decode).filter(row -> !entries.containsKey(row.key()));
    }

    /** Whether the job has a row here, taken up or not. */
    boolean contains(RowKey key) {
        return store.get(key.bytes()) != null;
    }

    /** Changes such a row. */
    void rewrite(Row left) {
        store.put(left.key().bytes(), RowCodec.encode(left));
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
        store.put(row.key().bytes(), RowCodec.encode(row));
        return enter(row, probes);
    }

    /**
     * Takes up a row that an earlier owner left. It is written only where it changes: a hundred thousand that are as they were, written
     * anew, would take longer than a transaction may.
     */
    Entry adopt(Row left, Row row) {
        if (!row.equals(left)) {
            store.put(row.key().bytes(), RowCodec.encode(row));
        }
        return enter(row, null);
    }

    private Entry enter(Row row, ParkCause probes) {
        Entry entry = new Entry(row, probes);
        entries.put(row.key(), entry);
        perMailbox.merge(row.mailbox(), 1, Integer::sum);
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
