package io.waybill.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerbHelpTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sandbox",
                "mailboxes check",
                "mailboxes apply",
                "mailboxes list",
                "mailboxes callback",
                "mailboxes pause",
                "mailboxes resume",
                "mailboxes remove",
                "jobs show",
                "tickets list",
                "tickets show",
                "dlq list",
                "dlq show",
                "dlq redrive",
                "dlq discard",
                "topics check",
                "topics create"
            })
    void help_ofAVerb_hasExamplesAndExitCodes(String verb) {
        Ran ran = new Run(home).execute((verb + " --help").split(" ", -1));

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(ran.out().contains("Examples:\n  waybill " + verb), ran.out());
        assertTrue(ran.out().contains("--json"), ran.out());
        assertTrue(ran.out().contains("Exit codes:"), ran.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailboxes", "jobs", "tickets", "dlq", "topics"})
    void group_withoutVerb_showsItsVerbs(String group) {
        Ran ran = new Run(home).execute(group);

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(ran.out().contains("Usage: waybill " + group), ran.out());
        assertTrue(ran.out().contains("Commands:"), ran.out());
    }
}
