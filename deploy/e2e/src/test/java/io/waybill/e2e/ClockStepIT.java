package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of the processor's machine goes an hour ahead while it works, and is set right again. */
@Order(8)
class ClockStepIT {
    private static final int JOBS = 40;
    private static final Duration AN_HOUR_AHEAD = Duration.ofHours(-1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    void clockIsSetRight_nothingIsLostOrDoubledOrAnHourLate() throws Exception {
        String word = NoContentInKafka.randomWord();
        try (Ground ground = new Ground(directory)) {
            List<Mailbox> mailboxes = ground.mailboxes(4);
            Mailbox unknown = Ground.mailbox(
                    "tenant0",
                    "unknown",
                    Instant.EPOCH,
                    MailboxLimits.DEFAULTS,
                    mailboxes.getFirst().source());
            AppProcess processor = ground.processor("processor");
            processor.start(ClockShift.option(directory, Duration.ZERO));
            processor.awaitReady();
            List<PointerJob> accepted = new ArrayList<>();
            accept(ground, mailboxes, word, accepted);
            ground.awaitSettled(accepted, PATIENCE);

            ClockShift.set(directory, AN_HOUR_AHEAD);
            accept(ground, mailboxes, word, accepted);
            ground.awaitSettled(accepted, PATIENCE);
            // It waits for a time that is an hour away once the clock is right.
            accepted.add(ground.accept(unknown, ground.put(mailboxes.getFirst(), word, word, word)));
            await().atMost(PATIENCE).until(() -> ground.retries() > 1);

            ClockShift.set(directory, Duration.ZERO);
            ground.apply(unknown);
            accept(ground, mailboxes, word, accepted);
            assertEquals(1, processor.awaitEnd());
            processor.start(ClockShift.option(directory, Duration.ZERO));
            ground.awaitSettled(accepted, PATIENCE);

            new EveryJobSettles().check(accepted, ground);
            new NothingDeadLettered().check(accepted, ground);
            new HandledOncePerMessage().check(accepted, ground);
            assertEquals(accepted.size(), ground.tickets(), "tickets");
            processor.stop();
        }
    }

    private static void accept(Ground ground, List<Mailbox> mailboxes, String word, List<PointerJob> accepted) {
        for (int i = 0; i < JOBS; i++) {
            Mailbox mailbox = mailboxes.get(i % mailboxes.size());
            accepted.add(ground.accept(mailbox, ground.put(mailbox, word + accepted.size(), word, word)));
        }
    }
}
