package io.waybill.benchmarks.recovery;

import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.inbound.execute.Completion;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a pipeline does in place of fetching, parsing and handling. */
sealed interface Fetch {
    /** Sleeps and succeeds. */
    record Sleeping(Duration time) implements Fetch {}

    /** Never ends. */
    record Hanging() implements Fetch {}

    /** Reads what {@link #text} wrote. */
    static Fetch parse(String text) {
        return text.equals("hang") ? new Hanging() : new Sleeping(Duration.ofMillis(Integer.parseInt(text)));
    }

    default String text() {
        return switch (this) {
            case Sleeping sleeping -> Long.toString(sleeping.time().toMillis());
            case Hanging _ -> "hang";
        };
    }

    /** Until it is interrupted, if it hangs: then its result is not wanted any more. */
    default Completion run() {
        try {
            switch (this) {
                case Sleeping sleeping ->
                    TimeUnit.NANOSECONDS.sleep(sleeping.time().toNanos());
                case Hanging _ -> new CountDownLatch(1).await();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return new Completion.Handled(Map.of("tickets", new HandlerState("created", "T-1", true)));
    }
}
