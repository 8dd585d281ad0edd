package io.waybill.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One owner for a data directory, held as long as the process lives. Kafka's own lock comes too late: a second node would
 * have written to the metadata log before it saw the first.
 */
record DirectoryLock(FileChannel channel, FileLock lock) implements AutoCloseable {

    /** @throws SandboxException if another process, or another part of this one, owns the directory */
    static DirectoryLock take(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel = FileChannel.open(
                directory.resolve("sandbox.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new DirectoryLock(channel, lock);
            }
        } catch (OverlappingFileLockException heldInThisJvm) {
            // Falls through to the same answer as a lock held by another process.
        }
        channel.close();
        throw new SandboxException(
                "the data directory " + directory + " is in use by another sandbox",
                "Stop the other one, or name another directory with --data.");
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
