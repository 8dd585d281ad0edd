package io.waybill.cli.dlq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
    @Test
    void exit_moreMatchThanOneRunTakes_isNotDone() {
        assertEquals(Exit.DONE, exit(false));
        assertEquals(Exit.INCOMPLETE, exit(true));
    }

    private static int exit(boolean truncated) {
        return Closing.exit(new Output(), new Redriver.Result("r", List.of(), List.of(), true, truncated));
    }
}
