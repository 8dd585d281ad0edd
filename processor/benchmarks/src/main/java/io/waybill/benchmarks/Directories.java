package io.waybill.benchmarks;

import io.waybill.sandbox.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories of a measurement, which are gone after it. */
public final class Directories {
    /** A new one, where the processes of one run keep their data and logs. */
    public static Path ofRun() throws IOException {
        return Files.createTempDirectory("waybill-benchmark");
    }

    /** Deletes it and all that is in it; nothing happens where it does not exist. */
    public static void delete(Path directory) throws IOException {
        DirectoryTree.delete(directory);
    }

    private Directories() {}
}
