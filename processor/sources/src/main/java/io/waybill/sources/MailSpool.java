package io.waybill.sources;

import io.waybill.sources.ByteBudget.Reservation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Takes a message in while it is downloaded and becomes its {@link RawMail}: in memory while it is small, in a temporary file beyond.
 * The file is readable by nobody else and loses its name as soon as it is open, so that not even a killed process leaves mail behind.
 * Not safe for use by two threads before {@link #finish}.
 */
public final class MailSpool implements AutoCloseable {
    /** Most mails are smaller; beyond it memory is better spent on parsing. */
    public static final int IN_MEMORY = 256 * 1024;

    /** Room is asked for in steps where the server understated the size: not once per write. */
    private static final long GROWTH = 1 << 20;

    /** What a job may do with its mail where the file's owner alone may read it. */
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final ByteBudget budget;
    private final Path directory;
    private final List<Reservation> onDisk = new ArrayList<>();
    private Reservation inMemory;
    private ByteArrayOutputStream memory;
    private FileChannel file;
    private long size;
    private long reserved;
    private boolean overrun;

    private MailSpool(ByteBudget budget, Path directory) {
        this.budget = budget;
        this.directory = directory;
    }

    /** Thrown where a message alone is larger than the whole budget: waiting would be in vain. */
    public static final class NoRoomEver extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Waits for room and opens a spool.
     *
     * @param expected the size that the server announced; more may be written
     * @param window bytes that the download itself keeps in memory; given back by {@link #finish}
     */
    public static MailSpool open(ByteBudget budget, Path directory, long expected, long window)
            throws InterruptedException, IOException, NoRoomEver {
        MailSpool spool = new MailSpool(budget, directory);
        try {
            if (expected <= IN_MEMORY) {
                // One reservation for both: many that hold the one and wait for the other would wait for each other.
                spool.inMemory = certain(budget.memory(expected + window));
                spool.memory = new ByteArrayOutputStream((int) expected);
            } else {
                // The file first: whoever holds a window is downloading and waits for nobody.
                spool.onDisk.add(certain(budget.disk(expected)));
                spool.reserved = expected;
                spool.openFile();
                spool.inMemory = certain(budget.memory(window));
            }
            return spool;
        } catch (InterruptedException | IOException | NoRoomEver | RuntimeException failed) {
            spool.close();
            throw failed;
        }
    }

    /** Appends bytes; waits for its turn where the message turns out larger than announced and there is no room for that. */
    public void write(byte[] bytes, int offset, int length) throws InterruptedException, IOException {
        if (memory != null && size + length > IN_MEMORY) {
            byte[] soFar = memory.toByteArray();
            memory = null;
            grow(size + length);
            openFile();
            writeFully(ByteBuffer.wrap(soFar));
        }
        if (memory != null) {
            memory.write(bytes, offset, length);
        } else {
            grow(size + length);
            writeFully(ByteBuffer.wrap(bytes, offset, length));
        }
        size += length;
    }

    /** Bytes written so far. */
    public long size() {
        return size;
    }

    /** The message, complete; the spool is empty afterwards and closing it does nothing. */
    public RawMail finish(Instant receivedAt) {
        RawMail mail;
        if (file == null) {
            inMemory.shrinkTo(size);
            mail = new InMemory(memory.toByteArray(), receivedAt, inMemory);
        } else {
            inMemory.close();
            mail = new InFile(file, size, receivedAt, List.copyOf(onDisk));
        }
        inMemory = null;
        memory = null;
        file = null;
        onDisk.clear();
        return mail;
    }

    @Override
    public void close() {
        closeQuietly(file);
        file = null;
        memory = null;
        onDisk.forEach(Reservation::close);
        onDisk.clear();
        if (inMemory != null) {
            inMemory.close();
            inMemory = null;
        }
    }

    private static Reservation certain(Reservation reservation) throws NoRoomEver {
        if (reservation == null) {
            throw new NoRoomEver();
        }
        return reservation;
    }

    /** It holds room already, so it does not stand in the line of those who hold none: they may wait for what it holds. */
    private void grow(long needed) throws InterruptedException {
        while (needed > reserved && !overrun) {
            long more = Math.max(GROWTH, needed - reserved);
            Optional<Reservation> room = budget.moreDisk(more);
            overrun = room.isEmpty();
            onDisk.add(overrun ? budget.overrun() : room.get());
            reserved += more;
        }
    }

    private void openFile() throws IOException {
        Files.createDirectories(directory);
        file = FileChannel.open(
                directory.resolve(UUID.randomUUID() + ".mail"),
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                OWNER_ONLY);
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private static void closeQuietly(FileChannel file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException closedEnough) {
                // The file has no name any more: the descriptor is all there was.
            }
        }
    }

    private static final class InMemory implements RawMail {
        private final byte[] bytes;
        private final Instant receivedAt;
        private final Reservation room;

        InMemory(byte[] bytes, Instant receivedAt, Reservation room) {
            this.bytes = bytes;
            this.receivedAt = receivedAt;
            this.room = room;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public Instant receivedAt() {
            return receivedAt;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void close() {
            room.close();
        }
    }

    private record InFile(FileChannel file, long size, Instant receivedAt, List<Reservation> room) implements RawMail {
        @Override
        public InputStream open() {
            return new FileView(file, size);
        }

        @Override
        public void close() {
            closeQuietly(file);
            room.forEach(Reservation::close);
        }
    }
}
