package io.waybill.watch;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The time, and with it a fault of ours that whoever asks next meets. */
final class FaultyClock extends Clock {
    private final Queue<Runnable> faults = new ConcurrentLinkedQueue<>();

    void next(Runnable fault) {
        faults.add(fault);
    }

    @Override
    public Instant instant() {
        Runnable fault = faults.poll();
        if (fault != null) {
            fault.run();
        }
        return Instant.now();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
