package io.waybill.inbound.topology;

import io.waybill.contracts.MailboxKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Rows on disk and their index, one entry per row: by due time, by mailbox once they are due and only their turn has not come, or by the
 * cause that parks them. Bounded by disk alone. Belongs to one task's stream thread.
 *
 * <pre>
 * 1 | due, 8 bytes          | row key       waits until a time; its value is since when, 8 bytes
 * 2 | tenant/mailbox | 0 | since, 8 bytes | row key   waits for its turn
 * 3 | cause | 0          | since, 8 bytes | row key   waits for a cause
 * </pre>
 *
 * <p>All are queues, and what was taken from a queue leaves tombstones at its beginning, which RocksDB steps over one by one until it
 * compacts them away: to take the next of n rows would cost as much as the n before it. So each queue remembers where it begins.
 */
final class WaitingRoom {
    private static final byte DUE = 1;
    private static final byte READY = 2;
    private static final byte PARKED = 3;
    private static final byte[] NOTHING = {};
    private static final Bytes FIRST_DUE = Bytes.wrap(new byte[] {DUE});
    private static final Bytes BEYOND_DUE = Bytes.wrap(new byte[] {READY});

    /** A round must not hold up the task: so many cost some milliseconds to look at, and so many to change. */
    private static final int LOOKED_AT_ONCE = 1_000;

    private static final int MENDED_AT_ONCE = 100;

    /** Machines' clocks differ by less. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private final KeyValueStore<Bytes, byte[]> rows;
    private final KeyValueStore<Bytes, byte[]> index;

    /** Mailboxes with rows that wait for their turn; rebuilt from the index. */
    private final Set<MailboxKey> ready = new LinkedHashSet<>();
    /** Causes with parked rows; rebuilt from the index. */
    private final Set<ParkCause> causes = new TreeSet<>();
    /** Where the entries of a mailbox or cause begin, by the start of its range; one for each that ever waited here. */
    private final Map<Bytes, Bytes> beginnings = new HashMap<>();
    /** No row is due before; spares a look at the disk at every turn as well. */
    private Instant nextDue;
    /** Up to where due times were looked at since this owner came; null once all of them were. */
    private Bytes lookedAt = FIRST_DUE;

    WaitingRoom(KeyValueStore<Bytes, byte[]> rows, KeyValueStore<Bytes, byte[]> index) {
        this.rows = rows;
        this.index = index;
        this.nextDue = Instant.EPOCH;
        names(READY).forEach(name -> ready.add(MailboxKey.parse(name)));
        names(PARKED).forEach(name -> causes.add(ParkCause.parse(name)));
    }

    Optional<Row> find(RowKey key) {
        return Optional.ofNullable(rows.get(key.bytes())).map(RowCodec::decode);
    }

    /** Keeps a row until its time. */
    void await(Row row, Instant dueAt, Instant now) {
        put(row, dueKey(dueAt, row.key()), time(now));
        nextDue = dueAt.isBefore(nextDue) ? dueAt : nextDue;
    }

    /** Keeps a row that is due until there is room in memory, or its mailbox is left alone no more. */
    void awaitTurn(Row row, Instant now) {
        queue(row, READY, row.mailbox().toString(), now);
        ready.add(row.mailbox());
    }

    /** Keeps a row until its cause heals, behind those that it parked before. */
    void park(Row row, ParkCause cause, Instant now) {
        queue(row, PARKED, cause.toString(), now);
        causes.add(cause);
    }

    /** Changes a row that is kept, and not for what it waits. */
    void update(Row row) {
        rows.put(row.key().bytes(), RowCodec.encode(row));
    }

    /** Takes a row whose time has come. */
    Optional<Row> takeDue(Instant now) {
        if (now.isBefore(nextDue)) {
            return Optional.empty();
        }
        try (var entries = index.range(dueStart(nextDue), BEYOND_DUE)) {
            while (entries.hasNext()) {
                Bytes entry = entries.next().key;
                nextDue = dueAt(entry);
                if (now.isBefore(nextDue)) {
                    return Optional.empty();
                }
                Optional<Row> row = take(entry);
                if (row.isPresent()) {
                    return row;
                }
            }
            nextDue = Instant.MAX;
            return Optional.empty();
        }
    }

    /**
     * Brings forward what an earlier owner had wait while its clock was ahead of this one, and which would be late by as much. Looks at
     * some at each call until all are done.
     */
    void mendDueTimes(Instant now) {
        if (lookedAt == null) {
            return;
        }
        List<KeyValue<Bytes, byte[]>> late = new ArrayList<>();
        try (var entries = index.range(lookedAt, BEYOND_DUE)) {
            lookedAt = null;
            for (int i = 0; lookedAt == null && entries.hasNext(); i++) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                if (entry.value.length > 0 && time(entry.value).isAfter(now.plus(SKEW))) {
                    late.add(entry);
                }
                if (i == LOOKED_AT_ONCE || late.size() == MENDED_AT_ONCE) {
                    lookedAt = entry.key;
                }
            }
        }
        for (KeyValue<Bytes, byte[]> entry : late) {
            Instant dueAt = now.plus(Duration.between(time(entry.value), dueAt(entry.key)));
            take(entry.key).ifPresent(row -> await(row.dueAt(dueAt), dueAt, now));
        }
    }

    /** Takes the row of this mailbox that has waited longest for its turn. */
    Optional<Row> takeReady(MailboxKey mailbox) {
        Optional<Row> row = takeFirst(READY, mailbox.toString());
        if (row.isEmpty()) {
            ready.remove(mailbox);
        }
        return row;
    }

    /** Takes the row that this cause has parked for longest. */
    Optional<Row> takeParked(ParkCause cause) {
        Optional<Row> row = takeFirst(PARKED, cause.toString());
        if (row.isEmpty()) {
            causes.remove(cause);
        }
        return row;
    }

    /** Mailboxes that have rows waiting for their turn. */
    Set<MailboxKey> ready() {
        return ready;
    }

    boolean isReady(MailboxKey mailbox) {
        return ready.contains(mailbox);
    }

    /** Causes that have parked rows. */
    Set<ParkCause> causes() {
        return causes;
    }

    /** The earliest time at which a row may be due. */
    Instant nextDue() {
        return nextDue;
    }

    private void queue(Row row, byte kind, String name, Instant since) {
        Bytes entry = queued(kind, name, since, row.key());
        put(row, entry, NOTHING);
        // The clock may have been set back.
        beginnings.computeIfPresent(nameStart(kind, name), (_, begins) -> entry.compareTo(begins) < 0 ? entry : begins);
    }

    private void put(Row row, Bytes entry, byte[] value) {
        rows.put(row.key().bytes(), RowCodec.encode(row));
        index.put(entry, value);
    }

    /** Empty where the entry has lost its row: it is dropped, for whoever stumbled over it would do so at every turn. */
    private Optional<Row> take(Bytes entry) {
        byte[] key = entry.get();
        Bytes rowKey = Bytes.wrap(Arrays.copyOfRange(key, key.length - RowKey.LENGTH, key.length));
        byte[] row = rows.get(rowKey);
        index.delete(entry);
        rows.delete(rowKey);
        return Optional.ofNullable(row).map(RowCodec::decode);
    }

    private Optional<Row> takeFirst(byte kind, String name) {
        Bytes start = nameStart(kind, name);
        Bytes end = nameEnd(kind, name);
        try (var entries = index.range(beginnings.getOrDefault(start, start), end)) {
            while (entries.hasNext()) {
                Bytes entry = entries.next().key;
                beginnings.put(start, entry);
                Optional<Row> row = take(entry);
                if (row.isPresent()) {
                    return row;
                }
            }
            beginnings.put(start, end);
            return Optional.empty();
        }
    }

    /** The names of one kind, each found by one seek, however many rows it has. */
    private Set<String> names(byte kind) {
        Set<String> names = new LinkedHashSet<>();
        Bytes from = Bytes.wrap(new byte[] {kind});
        Bytes to = Bytes.wrap(new byte[] {(byte) (kind + 1)});
        while (true) {
            try (KeyValueIterator<Bytes, byte[]> entries = index.range(from, to)) {
                if (!entries.hasNext()) {
                    return names;
                }
                byte[] key = entries.next().key.get();
                if (key[0] != kind) {
                    return names;
                }
                int end = 1;
                while (key[end] != 0) {
                    end++;
                }
                String name = new String(key, 1, end - 1, StandardCharsets.UTF_8);
                names.add(name);
                from = nameEnd(kind, name);
            }
        }
    }

    private static Bytes dueStart(Instant dueAt) {
        return Bytes.wrap(ByteBuffer.allocate(9).put(DUE).putLong(millis(dueAt)).array());
    }

    private static Bytes dueKey(Instant dueAt, RowKey key) {
        return Bytes.wrap(ByteBuffer.allocate(9 + RowKey.LENGTH)
                .put(DUE)
                .putLong(millis(dueAt))
                .put(key.bytes().get())
                .array());
    }

    private static Instant dueAt(Bytes entry) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(entry.get()).getLong(1));
    }

    private static byte[] time(Instant time) {
        return ByteBuffer.allocate(8).putLong(millis(time)).array();
    }

    private static Instant time(byte[] value) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(value).getLong());
    }

    private static Bytes queued(byte kind, String name, Instant since, RowKey key) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + bytes.length + 1 + 8 + RowKey.LENGTH)
                .put(kind)
                .put(bytes)
                .put((byte) 0)
                .putLong(millis(since))
                .put(key.bytes().get())
                .array());
    }

    private static Bytes nameStart(byte kind, String name) {
        return named(kind, name, (byte) 0);
    }

    /** The end of a name's entries: names hold no byte 0, so 1 follows everything that 0 begins. */
    private static Bytes nameEnd(byte kind, String name) {
        return named(kind, name, (byte) 1);
    }

    private static Bytes named(byte kind, String name, byte terminator) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(bytes.length + 2)
                .put(kind)
                .put(bytes)
                .put(terminator)
                .array());
    }

    private static long millis(Instant time) {
        return Math.max(0, time.toEpochMilli());
    }
}
