package io.waybill.inbound.execute;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the others hold back so that a suspect may run alone: for a while, then they run for as long, and so on, since a hanging neighbour
 * must not stop the process for a suspect's sake. Each turn that brought the suspect nothing is followed by one of twice the time, until
 * whatever runs must have ended within it. Guarded by the dispatcher's lock.
 */
final class HoldBack {
    private final Duration first;
    private final Duration longest;
    private final LongSupplier nanos;

    private boolean begun;
    private boolean holds;
    private long since;
    private Duration turn;

    /** @param longest by then any attempt that ran when a turn began has ended, or was given up */
    HoldBack(Duration first, Duration longest, LongSupplier nanos) {
        this.first = first;
        this.longest = longest.compareTo(first) > 0 ? longest : first;
        this.nanos = nanos;
    }

    /** Whether the others hold back now; begins with a turn of the suspect's. */
    boolean holds() {
        if (!begun) {
            begin(true);
        }
        while (nanos.getAsLong() - since >= turn.toNanos()) {
            since += turn.toNanos();
            holds = !holds;
            if (holds) {
                Duration twice = turn.multipliedBy(2);
                turn = twice.compareTo(longest) < 0 ? twice : longest;
            }
        }
        return holds;
    }

    /** A suspect has run: the others have their time before the next. */
    void ran() {
        begin(false);
    }

    /** There is no suspect any more. */
    void forget() {
        begun = false;
    }

    private void begin(boolean withSuspect) {
        begun = true;
        holds = withSuspect;
        since = nanos.getAsLong();
        turn = first;
    }
}
