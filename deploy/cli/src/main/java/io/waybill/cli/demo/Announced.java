package io.waybill.cli.demo;

import io.waybill.cli.Problem;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.SubscriptionTable;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** Whether providers announce what comes into their mailboxes, as the watch wrote it down. */
final class Announced {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Map<String, Object> kafka;
    private final Clock clock;

    Announced(Map<String, Object> kafka, Clock clock) {
        this.kafka = kafka;
        this.clock = clock;
    }

    /** Waits until all of them are. Throws {@link Problem} if they are not in time. */
    void await(Mailbox... mailboxes) throws InterruptedException {
        try (SubscriptionTable table = new SubscriptionTable(kafka)) {
            long deadline = System.nanoTime() + WITHIN.toNanos();
            for (Mailbox mailbox : mailboxes) {
                await(mailbox, table, deadline);
            }
        }
    }

    private void await(Mailbox mailbox, SubscriptionTable table, long deadline) throws InterruptedException {
        while (table.find(mailbox.key())
                .filter(subscription -> subscription.announces(clock.instant()))
                .isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw Problem.incomplete(
                        "there was no subscription within " + WITHIN.toSeconds() + " s",
                        mailbox.key().toString(),
                        "The log of the watch in the demo's folder says why.");
            }
            Thread.sleep(LOOK);
        }
    }
}
