package io.waybill.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaybillTest {
    @TempDir
    Path home;

    @Test
    void help_withoutVerb() {
        Ran ran = new Run(home).execute();
        assertEquals(Exit.DONE, ran.code());
        assertTrue(ran.out().contains("Usage: waybill"), ran.out());
    }

    @Test
    void version() {
        Ran ran = new Run(home).execute("--version");
        assertEquals(Exit.DONE, ran.code());
        assertTrue(ran.out().startsWith("waybill "), ran.out());
    }

    @Test
    void unknownVerb_isWrongUsage() {
        Ran ran = new Run(home).execute("teleport");
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("teleport"), ran.err());
        assertTrue(ran.err().contains("--help"), ran.err());
    }
}
