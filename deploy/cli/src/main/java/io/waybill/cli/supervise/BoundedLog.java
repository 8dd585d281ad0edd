package io.waybill.cli.supervise;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A child's output in a file of bounded size, with its predecessors ({@code .1} the latest, to {@code .4}): a new file at each start and
 * whenever it is full. So the log of a crash is still there when two more have followed.
 */
public final class BoundedLog {
    private static final int PREDECESSORS = 4;

    /** Five times this much per program stays on the disk. */
    public static final long MAX_BYTES = 8L * 1024 * 1024;

    /** What {@link #lastLines} looks at. */
    private static final int TAIL_BYTES = 64 * 1024;

    private final Path file;
    private final long maxBytes;

    public BoundedLog(Path file, long maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    public Path file() {
        return file;
    }

    /** Copies until the stream ends. A disk that is full loses lines, but never blocks the child. */
    public void pump(InputStream output) {
        byte[] buffer = new byte[8192];
        try {
            while (fill(output, buffer)) {
                rotate();
            }
        } catch (IOException | UncheckedIOException childIsGone) {
            // The child closed its output; there is nothing more to write.
        }
    }

    /** Sets the present file aside, if there is one. */
    public void rotate() {
        if (!Files.exists(file)) {
            return;
        }
        for (int older = PREDECESSORS; older > 0; older--) {
            try {
                Files.move(predecessor(older - 1), predecessor(older), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException noneOrNotPossible) {
                // A log that cannot be set aside is overwritten: better than one that grows.
            }
        }
    }

    /** The last lines, oldest first; of the predecessor where the file is empty. */
    public List<String> lastLines(int count) {
        List<String> lines = tail(file);
        lines = lines.isEmpty() ? tail(predecessor(1)) : lines;
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    /** Writes one file full; whether the stream goes on. */
    private boolean fill(InputStream output, byte[] buffer) throws IOException {
        long written = 0;
        try (OutputStream log = open()) {
            while (written < maxBytes) {
                int read = output.read(buffer);
                if (read < 0) {
                    return false;
                }
                written += read;
                write(log, buffer, read);
            }
        }
        return true;
    }

    private OutputStream open() {
        try {
            return Files.newOutputStream(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException noFile) {
            return OutputStream.nullOutputStream();
        }
    }

    private static void write(OutputStream log, byte[] bytes, int length) {
        try {
            log.write(bytes, 0, length);
        } catch (IOException full) {
            // The child must not feel it.
        }
    }

    private Path predecessor(int number) {
        return number == 0 ? file : file.resolveSibling(file.getFileName() + "." + number);
    }

    private static List<String> tail(Path file) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, log.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (log.length() - start)];
            log.seek(start);
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException noneOrUnreadable) {
            return List.of();
        }
    }
}
