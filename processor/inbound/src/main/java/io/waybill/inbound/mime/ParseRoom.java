package io.waybill.inbound.mime;

import io.waybill.sources.ByteBudget;
import io.waybill.sources.ByteBudget.Reservation;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * What one mail may take while it is read and handled. Taken as a whole, memory before disk: nobody holds a part of his room and waits
 * for the rest of it while others do the same.
 */
final class ParseRoom implements AutoCloseable {
    /** As bytes, as characters of two bytes each, and once more as whoever handles it copies it. */
    private static final int COPIES = 4;

    /** Lines that end in CR alone are read as CRLF: no content is longer than twice what was sent. */
    private static final int GROWTH = 2;

    private final Reservation memory;
    private final Reservation disk;

    private ParseRoom(Reservation memory, Reservation disk) {
        this.memory = memory;
        this.disk = disk;
    }

    /**
     * Waits for room.
     *
     * @param size of the raw mail
     * @throws InterruptedIOException if the thread is interrupted while it waits
     * @throws IOException if the budget is too small for such a mail at any time
     */
    static ParseRoom take(ByteBudget budget, MimeBounds bounds, long size) throws IOException {
        Reservation memory = null;
        try {
            memory = certain(budget.memory(COPIES * Math.min(size, bounds.mostInMemory())));
            // What stays in memory needs no file.
            Reservation disk = size <= bounds.memoryBytes() ? null : certain(budget.disk(GROWTH * size));
            ParseRoom room = new ParseRoom(memory, disk);
            memory = null;
            return room;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            if (memory != null) {
                memory.close();
            }
        }
    }

    private static Reservation certain(Reservation reservation) throws IOException {
        if (reservation == null) {
            throw new IOException("there is never room to read a mail of this size");
        }
        return reservation;
    }

    /** Gives back what this mail turned out not to need. */
    void shrinkTo(long characters, long partBytes) {
        memory.shrinkTo(COPIES * characters + partBytes);
    }

    @Override
    public void close() {
        memory.close();
        if (disk != null) {
            disk.close();
        }
    }
}
