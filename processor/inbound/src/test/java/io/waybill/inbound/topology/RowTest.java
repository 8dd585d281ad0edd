package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Attempt;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowTest {
    private static final int MANY = JobOutcome.MAX_ATTEMPTS + 5;

    @Test
    void attemptsFor_moreAtAnUnknownMailboxThanAreKept_theServersFirstIsItsFirst() {
        Row.Progress progress = Row.Progress.first(Pipeline.START);
        for (int i = 1; i <= MANY; i++) {
            progress = ended(progress, FailureCode.UNKNOWN_MAILBOX, true);
            assertEquals(i, progress.attemptsFor(FailureCode.UNKNOWN_MAILBOX));
        }
        for (int i = 1; i <= MANY; i++) {
            progress = ended(progress, FailureCode.SOURCE_UNREACHABLE, true);
            assertEquals(i, progress.attemptsFor(FailureCode.SOURCE_UNREACHABLE));
        }
    }

    @Test
    void attemptsFor_leftAloneMoreOftenThanAttemptsAreKept_theServersFirstIsItsFirst() {
        Row.Progress progress = ended(Row.Progress.first(Pipeline.START), FailureCode.UNKNOWN_MAILBOX, true);
        for (int i = 1; i <= MANY; i++) {
            progress = ended(progress, FailureCode.SOURCE_THROTTLED, false);
            assertEquals(1, progress.attemptsFor(FailureCode.SOURCE_THROTTLED));
        }
        progress = ended(progress, FailureCode.SOURCE_UNREACHABLE, true);
        assertEquals(1, progress.attemptsFor(FailureCode.SOURCE_UNREACHABLE));
    }

    private static Row.Progress ended(Row.Progress progress, FailureCode code, boolean spent) {
        return progress.ended(new Attempt(progress.attempt(), Pipeline.START, 0, code.name()), Map.of(), spent);
    }
}
