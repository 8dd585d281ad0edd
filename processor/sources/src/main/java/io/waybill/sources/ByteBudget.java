package io.waybill.sources;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many bytes of mail this process may hold at once. A thousand jobs run side by side, and each may bring 128 MiB: without one
 * bound over all of them a burst of large mails would end the process. Who finds no room waits its turn, first come first served, so
 * that a large mail is not overtaken for ever.
 */
public final class ByteBudget {
    /** Semaphores count in ints: in KiB they reach 2 TiB. */
    private static final long UNIT = 1024;

    private final int memoryUnits;
    private final int diskUnits;
    private final Semaphore memory;
    private final Semaphore disk;
    private final Semaphore overrun = new Semaphore(1, true);

    /**
     * @param memoryBytes for small mails and for what is just being downloaded
     * @param diskBytes for the temporary files of large mails
     */
    public ByteBudget(long memoryBytes, long diskBytes) {
        memoryUnits = units(memoryBytes);
        diskUnits = units(diskBytes);
        memory = new Semaphore(memoryUnits, true);
        disk = new Semaphore(diskUnits, true);
    }

    /** An eighth of the heap, and 2 GiB of disk. */
    public static ByteBudget ofProcess() {
        return new ByteBudget(Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8), 2L << 30);
    }

    /**
     * For what is read of the mails that the budget {@link #ofProcess} let in: a quarter of the heap, and 2 GiB of disk. It is another
     * one, as whoever waits here holds room there.
     */
    public static ByteBudget ofParser() {
        return new ByteBudget(Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 4), 2L << 30);
    }

    /** Waits until there is room in memory; null where there could never be. */
    public Reservation memory(long bytes) throws InterruptedException {
        return reserve(memory, memoryUnits, bytes);
    }

    /** Waits until there is room on disk; null where there could never be. */
    public Reservation disk(long bytes) throws InterruptedException {
        return reserve(disk, diskUnits, bytes);
    }

    /** Room on disk if there is any now: for who holds some already, and must not wait for others that hold and wait. */
    public Optional<Reservation> moreDisk(long bytes) {
        int units = units(bytes);
        return disk.tryAcquire(units) ? Optional.of(new Reservation(disk, units)) : Optional.empty();
    }

    /**
     * Waits for the right to go over the disk's budget, which one mail at a time has until it is closed. Mails that turn out larger than
     * was announced, while the budget is full of such mails, would wait for each other for ever; so they pass here, one by one. The
     * mailbox's largest message bounds by how much.
     */
    public Reservation overrun() throws InterruptedException {
        overrun.acquire();
        return new Reservation(overrun, 1);
    }

    /** Bytes in memory that are taken, rounded up to KiB per reservation. */
    public long memoryInUse() {
        return (memoryUnits - memory.availablePermits()) * UNIT;
    }

    /** Bytes on disk that are taken, rounded up to KiB per reservation. */
    public long diskInUse() {
        return (diskUnits - disk.availablePermits()) * UNIT;
    }

    private static Reservation reserve(Semaphore room, int all, long bytes) throws InterruptedException {
        int units = units(bytes);
        if (units > all) {
            return null;
        }
        room.acquire(units);
        return new Reservation(room, units);
    }

    private static int units(long bytes) {
        return Math.toIntExact(Math.max(1, Math.ceilDiv(bytes, UNIT)));
    }

    /** Room that is taken until it is closed; closing it again does nothing. */
    public static final class Reservation implements AutoCloseable {
        private final Semaphore room;
        private final AtomicInteger units;

        private Reservation(Semaphore room, int units) {
            this.room = room;
            this.units = new AtomicInteger(units);
        }

        /** Gives back what is beyond the given size; never takes more. */
        public void shrinkTo(long bytes) {
            int wanted = units(bytes);
            int held = units.getAndUpdate(now -> Math.min(now, wanted));
            room.release(Math.max(0, held - wanted));
        }

        @Override
        public void close() {
            room.release(units.getAndSet(0));
        }
    }
}
