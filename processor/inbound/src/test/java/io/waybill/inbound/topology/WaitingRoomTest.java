package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class WaitingRoomTest {
    private static final int MANY = 2_000;
    private static final Mailbox ACME = Pipeline.mailbox("acme", "support");
    private static final ParkCause CAUSE = ParkCause.handler("tickets");
    private static final Instant NOW = Pipeline.START;

    private final QueueStore rows = new QueueStore();
    private final QueueStore index = new QueueStore();
    private final WaitingRoom waiting = new WaitingRoom(rows, index);

    @Test
    void takeParked_manyRows_stepsOverNoTombstoneTwice() {
        LongStream.rangeClosed(1, MANY).forEach(uid -> waiting.park(row(uid), CAUSE, NOW.plusMillis(uid)));
        index.forgetSteps();
        assertEquals(MANY, taken(() -> waiting.takeParked(CAUSE)).size());
        assertTrue(index.steps() <= 3L * MANY, "stepped over " + index.steps());
        assertFalse(waiting.causes().contains(CAUSE));

        waiting.park(row(MANY + 1), CAUSE, NOW.plusSeconds(60));
        index.forgetSteps();
        assertEquals(List.of(MANY + 1L), taken(() -> waiting.takeParked(CAUSE)));
        assertTrue(index.steps() <= 3, "stepped over " + index.steps());
    }

    @Test
    void takeReady_manyRows_stepsOverNoTombstoneTwice() {
        LongStream.rangeClosed(1, MANY).forEach(uid -> waiting.awaitTurn(row(uid), NOW.plusMillis(uid)));
        index.forgetSteps();
        assertEquals(MANY, taken(() -> waiting.takeReady(ACME.key())).size());
        assertTrue(index.steps() <= 3L * MANY, "stepped over " + index.steps());
        assertFalse(waiting.isReady(ACME.key()));
    }

    @Test
    void takeDue_manyRows_stepsOverNoTombstoneTwice() {
        LongStream.rangeClosed(1, MANY).forEach(uid -> waiting.await(row(uid), NOW.plusMillis(uid), NOW));
        index.forgetSteps();
        Instant later = NOW.plus(Duration.ofHours(1));
        assertEquals(MANY, taken(() -> waiting.takeDue(later)).size());
        assertTrue(index.steps() <= 3L * MANY, "stepped over " + index.steps());
    }

    @Test
    void takeParked_longestWaitFirst() {
        waiting.park(row(3), CAUSE, NOW.plusMillis(3));
        waiting.park(row(1), CAUSE, NOW.plusMillis(1));
        waiting.park(row(2), CAUSE, NOW.plusMillis(2));
        assertEquals(List.of(1L, 2L, 3L), taken(() -> waiting.takeParked(CAUSE)));
    }

    @Test
    void take_whatCameWhileTheClockWasSetBack() {
        LongStream.rangeClosed(1, 5).forEach(uid -> {
            waiting.park(row(uid), CAUSE, NOW);
            waiting.awaitTurn(row(10 + uid), NOW);
        });
        taken(() -> waiting.takeParked(CAUSE));
        taken(() -> waiting.takeReady(ACME.key()));

        Instant back = NOW.minus(Duration.ofHours(1));
        waiting.park(row(6), CAUSE, back);
        waiting.awaitTurn(row(16), back);
        assertEquals(List.of(6L), taken(() -> waiting.takeParked(CAUSE)));
        assertEquals(List.of(16L), taken(() -> waiting.takeReady(ACME.key())));
    }

    @Test
    void mendDueTimes_ofAnOwnerWhoseClockWasAhead() {
        Instant ahead = NOW.plus(Duration.ofHours(1));
        LongStream.rangeClosed(1, MANY).forEach(uid -> {
            waiting.await(row(uid), ahead.plusSeconds(20), ahead);
            waiting.await(row(MANY + uid), NOW.plusSeconds(30), NOW);
            waiting.await(row(2 * MANY + uid), ahead.plusSeconds(20), NOW);
        });

        WaitingRoom next = new WaitingRoom(rows, index);
        for (int calls = 0; calls < 100; calls++) {
            next.mendDueTimes(NOW);
        }
        assertEquals(List.of(), taken(() -> next.takeDue(NOW.plusSeconds(19))));
        List<Long> due = taken(() -> next.takeDue(NOW.plusSeconds(20)));
        assertEquals(
                LongStream.rangeClosed(1, MANY).boxed().toList(),
                due.stream().sorted().toList());
        assertEquals(MANY, taken(() -> next.takeDue(NOW.plusSeconds(30))).size());
        assertEquals(MANY, taken(() -> next.takeDue(ahead.plusSeconds(20))).size());
    }

    @Test
    void init_findsWhoWaitsInTheIndex() {
        waiting.park(row(1), CAUSE, NOW);
        waiting.awaitTurn(row(2), NOW);
        WaitingRoom next = new WaitingRoom(rows, index);
        assertTrue(next.causes().contains(CAUSE));
        assertTrue(next.isReady(ACME.key()));
        assertEquals(List.of(1L), taken(() -> next.takeParked(CAUSE)));
        assertEquals(List.of(2L), taken(() -> next.takeReady(ACME.key())));
    }

    private static List<Long> taken(Supplier<Optional<Row>> take) {
        return Stream.generate(take)
                .takeWhile(Optional::isPresent)
                .map(row -> ((ImapPointer) row.get().job().pointer()).uid())
                .toList();
    }

    private static Row row(long uid) {
        PointerJob job = Pipeline.job(ACME, uid);
        return new Row(
                job,
                PointerJobCodec.encode(job),
                new Origin("mail.pointers", 0, uid, NOW, List.of(), 0),
                Row.Progress.first(NOW),
                Row.Deaths.NONE,
                null,
                Row.QUEUED);
    }
}
