package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory that a failing disk has written over. */
class BrokenStateIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "A16 a state directory that cannot be opened ends the process, and deleted it is restored: nothing is done"
                    + " twice")
    void stateThatCannotBeOpened_endsTheProcess_andIsRestoredOnceDeleted() throws Exception {
        Path state = directory.resolve("state");
        try (Ground ground = new Ground(directory)) {
            Mailbox mailbox = ground.mailbox("acme", "support", "tickets");
            AppProcess processor = ground.processor("processor");
            processor.start();
            processor.awaitReady();
            PointerJob done = ground.accept(mailbox, ground.put(mailbox, "first", "Printer on fire", "It burns."));
            ground.awaitSettled(List.of(done), PATIENCE);
            processor.kill();
            assertTrue(damage(state) > 0, "no store in " + state);

            processor.start();
            assertEquals(1, processor.awaitEnd());
            String told = String.join("\n", processor.log());
            assertTrue(told.contains("delete the state directory"), "it does not say what to do:\n" + told);

            Disaster.delete(state);
            processor.start();
            processor.awaitReady();
            ground.accept(mailbox, done.pointer());
            PointerJob next = ground.accept(mailbox, ground.put(mailbox, "second", "Paper jam", "It is stuck."));
            ground.awaitSettled(List.of(next), PATIENCE);
            // The repeat was read before the next one.
            new EveryJobSettles().check(List.of(done, next), ground);
            assertEquals(2, ground.tickets(), "tickets");
            processor.stop();
        }
    }

    /** What names a store's files is cut in half. */
    private static int damage(Path state) throws IOException {
        List<Path> named;
        try (Stream<Path> all = Files.walk(state)) {
            named = all.filter(path -> path.endsWith("CURRENT")).toList();
        }
        for (Path path : named) {
            Files.writeString(path, "MANIF");
        }
        return named.size();
    }
}
