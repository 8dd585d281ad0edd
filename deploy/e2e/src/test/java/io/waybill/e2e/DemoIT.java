package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, from the built tree. */
class DemoIT {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    @Test
    @DisplayName("A23 (i) end to end: a mail by SMTP becomes a ticket with its comment and documents")
    void demo_endsAsExpected() throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(
                        ROOT.resolve("deploy/waybill").toString(), "demo", "--json")
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("WAYBILL_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process demo = builder.start();
        boolean ended = demo.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            demo.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(out);
        String told = String.join("\n", lines) + "\n" + Files.readString(err);
        assertTrue(ended, () -> "the demo did not end:\n" + told);
        assertEquals(0, demo.exitValue(), told);

        assertEquals(9, lines.size(), told);
        assertEquals(
                "{\"expected\":8,\"settled\":8,\"created\":5,\"commented\":1,\"duplicates\":3,\"skipped\":1,\"deadLettered\":1,\"redriven\":1}",
                lines.getLast().replace(" ", ""),
                told);
    }
}
