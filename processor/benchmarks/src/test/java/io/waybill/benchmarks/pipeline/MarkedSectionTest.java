package io.waybill.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkedSectionTest {
    private static final MarkedSection SECTION = new MarkedSection("<!-- a -->", "<!-- b -->");

    @Test
    void replace_changesWhatIsBetween_andNothingElse() {
        assertEquals(
                "before\n<!-- a -->\nnew\nlines\n<!-- b -->\nafter\n",
                SECTION.replace("before\n<!-- a -->\nold\n<!-- b -->\nafter\n", "new\nlines\n\n"));
    }

    @Test
    void replace_again_changesNothing() {
        String once = SECTION.replace("<!-- a --><!-- b -->", "same");
        assertEquals(once, SECTION.replace(once, "same"));
    }

    @Test
    void replace_withoutMarks_withTwo_orInTheWrongOrder_refuses() {
        for (String text :
                new String[] {"", "<!-- a -->", "<!-- b -->", "<!-- a --><!-- a --><!-- b -->", "<!-- b --><!-- a -->"
                }) {
            assertThrows(IllegalArgumentException.class, () -> SECTION.replace(text, "new"), text);
        }
    }

    @Test
    void write_namesTheFileWithoutMarks(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("text.md"), "no marks");
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SECTION.write(file, "new"));
        assertTrue(refused.getMessage().contains("text.md"), refused.getMessage());
        assertEquals("no marks", Files.readString(file));
    }

    @Test
    void readmeOfThisModule_hasTheMarks() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertTrue(MarkedSection.PIPELINE.replace(readme, "the table").contains("\nthe table\n"));
    }
}
