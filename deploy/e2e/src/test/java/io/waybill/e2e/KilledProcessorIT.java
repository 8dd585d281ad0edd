package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL of the processor at random moments, warm and under load. The short form runs in the build; the full one with {@code
 * -Dwaybill.kills=20 -Dwaybill.jobs=5000}.
 */
@Order(2) // the longest first, so that the others run beside it
class KilledProcessorIT {
    private static final int KILLS = Integer.getInteger("waybill.kills", 3);
    private static final int JOBS = Integer.getInteger("waybill.jobs", 400);
    private static final long SEED = Long.getLong("waybill.seed", new Random().nextLong());
    private static final int MAILBOXES = 24;
    private static final int BURST = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    @DisplayName("A16 a job whose instance dies resurfaces and finishes after restart; A20 nothing accepted is only in"
            + " memory")
    void killedAtRandomMoments_losesAndDoublesNothing() throws Exception {
        Random random = new Random(SEED);
        String word = NoContentInKafka.randomWord();
        try (Ground ground = new Ground(directory)) {
            List<Mailbox> mailboxes = ground.mailboxes(MAILBOXES);
            AppProcess processor = ground.processor("processor");
            processor.start();
            processor.awaitReady();

            Queue<PointerJob> accepted = new ConcurrentLinkedQueue<>();
            Thread load = Thread.ofPlatform().start(() -> load(ground, mailboxes, accepted, word));
            int kills = 0;
            while (kills < KILLS) {
                int before = ground.outcomes().size();
                // Warm: it works again before it is killed again.
                await().atMost(PATIENCE).until(() -> ground.outcomes().size() > before || !load.isAlive());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2500)));
                processor.kill();
                kills++;
                processor.start();
                processor.awaitReady();
            }
            load.join();
            assertEquals(JOBS, accepted.size(), "jobs");
            ground.awaitSettled(accepted, PATIENCE);

            new EveryJobSettles().check(accepted, ground);
            new NothingDeadLettered().check(accepted, ground);
            new HandledOncePerMessage().check(accepted, ground);
            new NoContentInKafka(word).check(accepted, ground);
            assertEquals(JOBS, ground.tickets(), "tickets");
            System.out.printf(
                    "killed %d times, seed %d: %d jobs, %d outcomes, %d tickets; 0 lost, 0 doubled%n",
                    kills, SEED, accepted.size(), ground.outcomes().size(), ground.tickets());
            processor.stop();
        }
    }

    /** In bursts, so that there is work in flight whenever the kill comes, for about as long as the kills take. */
    private static void load(Ground ground, List<Mailbox> mailboxes, Queue<PointerJob> accepted, String word) {
        for (int i = 0; i < JOBS; i++) {
            Mailbox mailbox = mailboxes.get(i % mailboxes.size());
            accepted.add(ground.accept(mailbox, ground.put(mailbox, word + i, word, word)));
            if (i % BURST == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(KILLS * 12_000L * BURST / JOBS));
            }
        }
    }
}
