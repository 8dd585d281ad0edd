package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacklogTest {
    private static final ParkCause SINK = ParkCause.handler("tickets");
    private static final Failure FAILURE = Failure.of(FailureCode.CREDENTIALS_REFUSED, Stage.FETCH, "as the test told");
    private static final List<Mailbox> MAILBOXES = IntStream.rangeClosed(1, 30)
            .mapToObj(n -> Pipeline.mailbox("acme", "m" + n))
            .toList();
    /** Some times the share of one cause. */
    private static final int ROWS_EACH = 60;

    private final QueueStore rows = new QueueStore();
    private final WaitingRoom waiting = new WaitingRoom(rows, new QueueStore());
    private Instant now = Pipeline.START;
    private int submitted;

    @TempDir
    Path state;

    private Pipeline pipeline;
    private Parking parking;
    private Backlog backlog;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(state);
        MAILBOXES.forEach(pipeline.directory::put);
        parking = new Parking(pipeline.shared, waiting.causes(), now);
        backlog = new Backlog(
                pipeline.shared,
                new StageMeters(pipeline.meters),
                new JobTable(new QueueStore()),
                waiting,
                new Settlements(new QueueStore(), StageContext.SETTLED_HORIZON),
                parking,
                () -> now = now.plusMillis(1),
                _ -> submitted++);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    /** All of them wait for the sink as well, so that each probe has its rows go on to wait for that. */
    @Test
    void round_manyDueProbes_takeNoLongerThanItMayAndAllHaveTheirTurn() {
        for (Mailbox mailbox : MAILBOXES) {
            ParkCause cause = ParkCause.mailbox(mailbox.key());
            parking.park(cause, FAILURE, false, now);
            IntStream.rangeClosed(1, ROWS_EACH).forEach(uid -> backlog.park(row(mailbox, uid), cause, FAILURE.code()));
        }
        now = now.plus(Duration.ofSeconds(10));
        parking.park(SINK, FAILURE, false, now);

        // Each row takes a millisecond at least: the budget's, and those that the last probe had begun.
        long most = 2 * Backlog.BUDGET.toMillis();
        for (int round = 1; round <= MAILBOXES.size(); round++) {
            rows.slow(Duration.ofMillis(1));
            backlog.round(now);
            assertTrue(rows.written() <= most, "moved " + rows.written());
        }
        for (Mailbox mailbox : MAILBOXES) {
            Row.State first = waiting.find(row(mailbox, 1).key()).orElseThrow().state();
            assertEquals(
                    new Row.State.Parked(SINK, FAILURE.code().name()),
                    first,
                    "none of " + mailbox.key() + " had its turn");
        }
        assertEquals(0, submitted);
    }

    private static Row row(Mailbox mailbox, long uid) {
        PointerJob job = Pipeline.job(mailbox, uid);
        return new Row(
                job,
                PointerJobCodec.encode(job),
                new Origin("mail.pointers", 0, uid, Pipeline.START, List.of(), 0),
                Row.Progress.first(Pipeline.START),
                Row.Deaths.NONE,
                null,
                Row.QUEUED);
    }
}
