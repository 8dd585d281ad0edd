package io.waybill.cli.dlq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClosingTest {
    @Test
    void exit_moreMatchThanOneRunTakes_isNotDone() {
        assertEquals(Exit.DONE, exit(false));
        assertEquals(Exit.INCOMPLETE, exit(true));
    }

    @Test
    void exit_failedHalfWay_isItsProblem() {
        Problem trouble = Problem.incomplete("Kafka did not answer in time after 3 were done", "", "Try again.");
        Redriver.Result result = new Redriver.Result("r", List.of(), List.of(), false, false, Optional.of(trouble));

        assertSame(trouble, assertThrows(Problem.class, () -> Closing.exit(new Output(), result)));
    }

    private static int exit(boolean truncated) {
        return Closing.exit(
                new Output(), new Redriver.Result("r", List.of(), List.of(), true, truncated, Optional.empty()));
    }
}
