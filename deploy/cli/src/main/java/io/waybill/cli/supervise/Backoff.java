package io.waybill.cli.supervise;

import java.time.Duration;

/** How long to wait before a crashed program is started again: 1 s, doubling to 30 s; from the start again after a good minute. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(30);
    private static final Duration GOOD = Duration.ofMinutes(1);

    private Duration next = FIRST;

    /** The wait after a run that lasted so long. */
    Duration after(Duration run) {
        if (run.compareTo(GOOD) >= 0) {
            next = FIRST;
        }
        Duration wait = next;
        next = next.multipliedBy(2).compareTo(MOST) > 0 ? MOST : next.multipliedBy(2);
        return wait;
    }
}
