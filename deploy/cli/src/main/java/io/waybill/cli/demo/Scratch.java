package io.waybill.cli.demo;

import io.waybill.cli.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** The demo's temporary folder. Deleted in the end, unless something went wrong: then its logs are worth more than the space. */
final class Scratch {
    private final Path path;
    private volatile boolean kept;

    private Scratch(Path path) {
        this.path = path;
    }

    static Scratch create() {
        try {
            Path path = Files.createTempDirectory("waybill-demo-");
            // Where we are root, PostgreSQL runs as another user, who must pass through.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
            return new Scratch(path);
        } catch (IOException cannot) {
            throw Problem.usage(
                    "cannot create a temporary folder (" + cannot.getClass().getSimpleName() + ")",
                    System.getProperty("java.io.tmpdir"),
                    "Make room there, or name another: WAYBILL_JAVA_OPTS=-Djava.io.tmpdir=DIR");
        }
    }

    Path path() {
        return path;
    }

    /** Whether {@link #dispose} leaves it. */
    void keep(boolean keep) {
        kept = keep;
    }

    /** Deletes it; whether it is gone. */
    boolean dispose() {
        if (kept) {
            return false;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
            return true;
        } catch (IOException | UncheckedIOException inUse) {
            return false;
        }
    }
}
