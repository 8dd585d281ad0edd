package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, from the built tree. */
class DemoIT {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    @Test
    @DisplayName("A23 (i) (m) end to end: mails by SMTP, and mails that Graph and Pub/Sub announce, become tickets with"
            + " their comments and documents, and are shown to a handler of one's own as well")
    void demo_endsAsExpected() throws Exception {
        Path archive = Files.createDirectory(directory.resolve("archive"));
        List<String> lines = demo(
                Map.of(
                        "WAYBILL_HANDLERS_ARCHIVE_FOLDER",
                        archive.toString(),
                        // Of an installation that the demo must not speak to.
                        "WAYBILL_BOOTSTRAP_SERVERS",
                        "127.0.0.1:1",
                        "WAYBILL_KAFKA_CONFIG",
                        directory.resolve("none.properties").toString(),
                        "WAYBILL_DATABASE_URL",
                        "jdbc:postgresql://127.0.0.1:1/waybill",
                        "WAYBILL_DATABASE_PASSWORD",
                        "file:none",
                        "WAYBILL_SECRETS_DIR",
                        directory.resolve("none").toString()),
                "demo",
                "--json",
                "--handlers",
                ROOT.resolve("processor/handler-example/target").toString());
        String told = String.join("\n", lines);
        assertEquals(22, lines.size(), told);
        JsonNode summary = new ObjectMapper().readTree(lines.getLast());
        assertEquals(21, summary.get("expected").asInt(), told);
        assertEquals(21, summary.get("settled").asInt(), told);
        assertEquals(14, summary.get("created").asInt(), told);
        assertEquals(4, summary.get("commented").asInt(), told);
        assertEquals(2, summary.get("skipped").asInt(), told);
        assertEquals(1, summary.get("deadLettered").asInt(), told);
        assertEquals(1, summary.get("redriven").asInt(), told);
        assertTrue(summary.get("duplicates").asInt() >= 3, told);
        try (Stream<Path> kept = Files.list(archive.resolve("demo/support"))) {
            assertEquals(14, kept.count(), told);
        }
        for (String mailbox : List.of("demo/office", "demo/desk")) {
            try (Stream<Path> kept = Files.list(archive.resolve(mailbox))) {
                assertEquals(2, kept.count(), told);
            }
        }
    }

    /** What it printed. */
    private List<String> demo(Map<String, String> environment, String... arguments) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        List<String> command =
                new ArrayList<>(List.of(ROOT.resolve("deploy/waybill").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("WAYBILL_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process demo = builder.start();
        boolean ended = demo.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            demo.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(out);
        String told = String.join("\n", lines) + "\n" + Files.readString(err);
        assertTrue(ended, () -> "the demo did not end:\n" + told);
        assertEquals(0, demo.exitValue(), told);
        return lines;
    }
}
