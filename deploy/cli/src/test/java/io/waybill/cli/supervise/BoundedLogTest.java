package io.waybill.cli.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedLogTest {
    private static final int MAX_BYTES = 32 * 1024;
    private static final int BUFFER = 8 * 1024;

    @TempDir
    Path folder;

    @Test
    void pump_moreThanFits_keepsTheLastTwoFiles() throws IOException {
        BoundedLog log = new BoundedLog(folder.resolve("app.log"), MAX_BYTES);
        log.pump(lines(20_000));
        assertTrue(Files.size(folder.resolve("app.log")) <= MAX_BYTES + BUFFER);
        assertTrue(Files.size(folder.resolve("app.log.1")) <= MAX_BYTES + BUFFER);
        assertEquals(List.of("line 19998", "line 19999"), log.lastLines(2));
    }

    @Test
    void pump_withoutAFile_stillDrainsTheChild() throws IOException {
        BoundedLog log = new BoundedLog(folder.resolve("missing/app.log"), MAX_BYTES);
        ByteArrayInputStream output = lines(1_000);
        log.pump(output);
        assertEquals(0, output.available());
    }

    @Test
    void rotate_setsTheFormerRunAside() {
        BoundedLog log = new BoundedLog(folder.resolve("app.log"), MAX_BYTES);
        log.pump(lines(3));
        log.rotate();
        assertEquals(List.of("line 2"), log.lastLines(1));
        log.pump(lines(1));
        assertEquals(List.of("line 0"), log.lastLines(5));
    }

    private static ByteArrayInputStream lines(int count) {
        return new ByteArrayInputStream(IntStream.range(0, count)
                .mapToObj(i -> "line " + i + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8));
    }
}
