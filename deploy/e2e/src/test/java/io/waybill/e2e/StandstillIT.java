package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A processor that can neither work nor restore: here because its broker answers nothing in the middle of a rebalance. */
class StandstillIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    @DisplayName("A16 a processor whose streams stand still ends, and the next one does what it left")
    void streamsThatStandStill_endTheProcess() throws Exception {
        BrokerProcess broker = BrokerProcess.start(Files.createDirectories(directory.resolve("broker")));
        try (Ground ground = new Ground(directory, broker.bootstrapServers(), broker)) {
            Mailbox mailbox = ground.mailbox("acme", "support", "tickets");
            PointerJob job = ground.accept(mailbox, ground.put(mailbox, "first", "Printer on fire", "It burns."));
            AppProcess processor = ground.processor("processor", Map.of("WAYBILL_STANDSTILL_LIMIT", "15s"));
            processor.start();
            await("a rebalance")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> String.join("\n", processor.log()).contains("REBALANCING"));
            broker.pause();
            assertEquals(1, processor.awaitEnd());
            String told = String.join("\n", processor.log());
            assertTrue(told.contains("the streams have been REBALANCING for 15 s"), "it does not say why:\n" + told);

            broker.goOn();
            processor.start();
            ground.awaitSettled(List.of(job), PATIENCE);
            new EveryJobSettles().check(List.of(job), ground);
            assertEquals(1, ground.tickets(), "tickets");
            processor.stop();
        }
    }
}
