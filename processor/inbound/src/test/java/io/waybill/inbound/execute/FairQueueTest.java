package io.waybill.inbound.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose turn it is: tenants in turn, then their mailboxes in turn, each within its permits. */
class FairQueueTest {
    private static final int MAILBOX_PERMITS = 2;

    private final List<Work> taken = new ArrayList<>();
    private int uid;

    @Test
    void take_oneTenantHasNineTenths_theOthersHaveTheirTurnAllTheSame() {
        FairQueue queue = new FairQueue(64);
        for (int i = 0; i < 90; i++) {
            queue.add(work("hot", "box" + i));
        }
        for (int i = 0; i < 5; i++) {
            queue.add(work("acme", "box" + i));
            queue.add(work("umbrella", "box" + i));
        }
        // Fifteen turns for three tenants.
        assertEquals(5, takenOf(queue, 15, "acme"));
        assertEquals(5, countOf("umbrella"));
        assertEquals(5, countOf("hot"));
    }

    @Test
    void take_oneMailboxHasNineTenthsOfItsTenant_itsSiblingHasEverySecondTurn() {
        FairQueue queue = new FairQueue(64);
        for (int i = 0; i < 90; i++) {
            queue.add(work("acme", "noisy"));
        }
        for (int i = 0; i < 10; i++) {
            queue.add(work("acme", "support"));
        }
        assertEquals(List.of("noisy", "support", "noisy", "support"), takeMailboxes(queue, 4));
    }

    @Test
    void take_mailboxHasItsPermitsTaken_isPassedOverUntilOneIsBack() {
        FairQueue queue = new FairQueue(64);
        for (int i = 0; i < 5; i++) {
            queue.add(work("acme", "hangs"));
        }
        queue.add(work("acme", "support"));
        assertEquals(List.of("hangs", "support", "hangs"), takeMailboxes(queue, 10));

        queue.release(taken.getFirst());
        assertEquals(List.of("hangs"), takeMailboxes(queue, 10));
    }

    @Test
    void take_tenantHasItsPermitsTaken_isPassedOverUntilOneIsBack() {
        FairQueue queue = new FairQueue(3);
        for (int i = 0; i < 10; i++) {
            queue.add(work("hot", "box" + i));
        }
        queue.add(work("acme", "support"));
        assertEquals(1, takenOf(queue, 10, "acme"));
        assertEquals(3, countOf("hot"));
        assertTrue(queue.take().isEmpty());

        queue.release(taken.getFirst());
        assertEquals("hot", queue.take().orElseThrow().mailbox().tenant());
    }

    @Test
    void remove_ofAMailboxThatHangs_leavesItsPermitsTaken() {
        FairQueue queue = new FairQueue(64);
        queue.add(work("acme", "hangs"));
        queue.add(work("acme", "hangs"));
        Work third = work("acme", "hangs");
        queue.add(third);
        takeMailboxes(queue, 10);
        assertTrue(queue.remove(third));
        queue.add(work("acme", "hangs"));
        assertTrue(queue.take().isEmpty());
        assertEquals(1, queue.size());
    }

    private long takenOf(FairQueue queue, int turns, String tenant) {
        takeMailboxes(queue, turns);
        return countOf(tenant);
    }

    private long countOf(String tenant) {
        return taken.stream()
                .filter(work -> work.mailbox().tenant().equals(tenant))
                .count();
    }

    /** What may start, at most so many; their mailboxes' names. */
    private List<String> takeMailboxes(FairQueue queue, int turns) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            Optional<Work> next = queue.take();
            next.ifPresent(work -> {
                taken.add(work);
                names.add(work.mailbox().mailbox());
            });
        }
        return names;
    }

    private Work work(String tenant, String mailbox) {
        MailboxKey key = new MailboxKey(tenant, mailbox);
        ImapPointer pointer = ImapPointer.of("INBOX", 1, ++uid);
        PointerJob job = PointerJob.of(key, "inc-1", pointer, Instant.EPOCH);
        JobAttempt attempt = new JobAttempt(job, 0, 1, Map.of(), Optional.empty(), Optional.empty());
        return new Work(attempt, MAILBOX_PERMITS, Work.Mode.ORDINARY, new Work.Listener() {
            @Override
            public void onStarted(Work started) {}

            @Override
            public void onFinished(Work finished) {}

            @Override
            public void onDropped(Work dropped) {}
        });
    }
}
