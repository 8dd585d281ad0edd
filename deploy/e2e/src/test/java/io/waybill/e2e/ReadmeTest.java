package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The README's commands are those that are checked. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..", "..");

    @Test
    @DisplayName("A25 the README and deploy/OPERATING.md show how to run and check all this locally")
    void readme_showsTheCommandsThatAreChecked() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        assertTrue(readme.contains("\ndeploy/waybill demo "), "the demo's command");
        assertTrue(readme.contains("\nmvn verify "), "the gate's command");
        assertTrue(Files.isExecutable(ROOT.resolve("deploy/waybill")), "deploy/waybill can be run");
        assertTrue(Files.readString(ROOT.resolve(".ci/run")).endsWith("\nmvn verify\n"), "CI runs that very command");
        assertTrue(
                Files.readString(ROOT.resolve("deploy/OPERATING.md")).contains("mvn verify"), "and OPERATING names it");
    }

    @Test
    void readme_quotesTheHandlerExampleAsItIs() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        int start = readme.indexOf("\n```java\n") + "\n```java\n".length();
        String quoted = readme.substring(start, readme.indexOf("```\n", start));
        String example = Files.readString(
                ROOT.resolve("processor/handler-example/src/main/java/com/example/archive/ArchiveHandler.java"));
        assertTrue(example.contains(quoted), quoted);
    }
}
