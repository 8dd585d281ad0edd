package io.waybill.inbound.mime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The decoded parts of one mail: the first ones in memory up to a bound for all of them together, the rest in one temporary file that
 * has no name any more once it is open, so that not even a killed process leaves content behind.
 */
final class PartStore implements AutoCloseable {
    private static final int BLOCK = 16 << 10;

    private final Path directory;
    private final int memoryBytes;
    private int memoryUsed;
    private FileChannel file;
    private long fileLength;
    private IOException failure;

    PartStore(Path directory, int memoryBytes) {
        this.directory = directory;
        this.memoryBytes = memoryBytes;
    }

    /** Bytes that were put here; they can be read, again and again, until the store is closed. */
    interface Content {
        long size();

        InputStream open();
    }

    Content put(InputStream in) throws IOException {
        byte[] block = in.readNBytes(BLOCK);
        byte[] head = block;
        int room = memoryBytes - memoryUsed;
        while (block.length == BLOCK && head.length < room) {
            block = in.readNBytes(BLOCK);
            int length = head.length;
            head = Arrays.copyOf(head, length + block.length);
            System.arraycopy(block, 0, head, length, block.length);
        }
        if (block.length < BLOCK && head.length <= room) {
            memoryUsed += head.length;
            return new InMemory(head);
        }
        return putInFile(head, in);
    }

    /** Bytes of parts that are in memory. */
    int memoryUsed() {
        return memoryUsed;
    }

    /** Throws what kept this from writing, if anything did: a full disk is not a broken mail. */
    void rethrowOwn() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    private Content putInFile(byte[] head, InputStream in) throws IOException {
        long start = fileLength;
        append(head, head.length);
        byte[] block = new byte[4 * BLOCK];
        for (int n = in.readNBytes(block, 0, block.length); n > 0; n = in.readNBytes(block, 0, block.length)) {
            append(block, n);
        }
        return new InFile(file, start, fileLength - start);
    }

    private void append(byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        try {
            if (file == null) {
                Path path = Files.createTempFile(directory, "waybill-mail-", ".part");
                file = FileChannel.open(
                        path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            }
            while (buffer.hasRemaining()) {
                fileLength += file.write(buffer, fileLength);
            }
        } catch (IOException broken) {
            failure = broken;
            throw broken;
        }
    }

    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException alreadyUnlinked) {
            // Nothing is left to free: the file has no name, and the descriptor is gone whatever close() says.
        }
    }

    private static final class InMemory implements Content {
        private final byte[] bytes;

        InMemory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    private record InFile(FileChannel file, long start, long size) implements Content {
        @Override
        public InputStream open() {
            return new Region(file, start, start + size);
        }
    }

    /** A part of the file. Reads by position, so any number of them may be open. */
    private static final class Region extends InputStream {
        private final FileChannel file;
        private final long end;
        private long position;

        Region(FileChannel file, long start, long end) {
            this.file = file;
            this.position = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (position == end) {
                return -1;
            }
            int n = file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, end - position)), position);
            if (n < 0) {
                throw new IOException("the temporary file is shorter than what was written to it");
            }
            position += n;
            return n;
        }
    }
}
