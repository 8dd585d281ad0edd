package io.waybill.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where the processes of one run keep their data and logs. */
public final class DirectoryOfRun {
    private DirectoryOfRun() {}

    public static Path create() throws IOException {
        return Files.createTempDirectory("waybill-benchmark");
    }

    /** Minutes of load are gigabytes of records and of log. */
    public static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
