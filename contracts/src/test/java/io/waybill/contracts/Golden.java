package io.waybill.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files that show how records are written. What is on a topic today must be read by the release after next: they never change. */
record Golden(String name, String text) {
    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    /** All whose name begins so. */
    static List<Golden> all(String prefix) {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<Golden> found = files.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(prefix + "."))
                    .sorted()
                    .map(Golden::read)
                    .toList();
            if (found.isEmpty()) {
                throw new AssertionError("no golden file " + prefix);
            }
            return found;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Golden of(String name) {
        return read(name + ".json");
    }

    /** The record, without the line end that every file in the tree has. */
    private static Golden read(String file) {
        try {
            String text = Files.readString(DIRECTORY.resolve(file));
            return new Golden(file.replace(".json", ""), text.strip());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name;
    }
}
