package io.waybill.cli.up;

import io.waybill.cli.PrivateFile;
import io.waybill.cli.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * The data of one installation: {@code kafka}, {@code postgres}, {@code state}, {@code logs}, {@code secrets}, {@code run.json}. One
 * `up` at a time: the lock goes with its process, however that ends.
 */
public final class DataFolder implements AutoCloseable {
    /** Its folder for logs. */
    public static final String LOGS = "logs";

    private static final String LOCK = "up.lock";
    private static final long MEBIBYTE = 1024 * 1024;

    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the folder, creating what is missing.
     *
     * @param path the folder
     * @param wanted free space that must be left, in bytes: a disk that runs full stops the broker in mid-work
     */
    public static DataFolder open(Path path, long wanted) {
        create(path);
        try {
            for (String own : List.of("kafka", "state")) {
                PrivateFile.createFolder(path.resolve(own));
            }
            requireSpace(path, wanted);
            return new DataFolder(path, lock(path));
        } catch (IOException cannot) {
            throw notWritable(path, cannot);
        }
    }

    /** Creates the folder, with one for logs, where it is missing, and does not take it: beside an `up` that uses it. */
    public static void create(Path path) {
        try {
            // PostgreSQL does not run as root: where we are, it runs as another user, who must get to its folder
            // through ours.
            PrivateFile.createPassage(path);
            PrivateFile.createFolder(path.resolve(LOGS));
        } catch (IOException cannot) {
            throw notWritable(path, cannot);
        }
    }

    public Path path() {
        return path;
    }

    public Path logs() {
        return path.resolve(LOGS);
    }

    public Path kafka() {
        return path.resolve("kafka");
    }

    public Path postgres() {
        return path.resolve("postgres");
    }

    /** State stores of the processor; lost, they come back from their changelogs. */
    public Path state() {
        return path.resolve("state");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException itGoesWithTheProcess) {
            // Nothing to do about it.
        }
    }

    private static Problem notWritable(Path path, IOException cannot) {
        return Problem.usage(
                "cannot write to the data folder (" + cannot.getClass().getSimpleName() + ")",
                path.toString(),
                "Make it writable for this user, or name another by --data DIR.");
    }

    private static void requireSpace(Path path, long wanted) throws IOException {
        long free = Files.getFileStore(path).getUsableSpace();
        if (free < wanted) {
            throw Problem.usage(
                    String.format(
                            Locale.ROOT,
                            "only %,d MiB are free, and %,d MiB are wanted before anything is started",
                            free / MEBIBYTE,
                            wanted / MEBIBYTE),
                    path.toString(),
                    "Make room, name a folder on another disk by --data DIR, or lower the limit: --min-free MIB.");
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock taken = null;
        try {
            taken = channel.tryLock();
        } catch (OverlappingFileLockException bySelf) {
            // Told below as any other owner.
        }
        if (taken == null) {
            String owner = Files.readString(file).strip();
            channel.close();
            throw Problem.usage(
                    "the data folder is in use by process " + (owner.isEmpty() ? "(unknown)" : owner),
                    path.toString(),
                    "Stop that one (Ctrl-C in its terminal, or kill " + owner
                            + "), or name another folder by --data DIR.");
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }
}
