package io.waybill.sandbox.emulator;

import java.util.concurrent.atomic.AtomicBoolean;

/** Something that is done by whoever runs it first, and by nobody again. */
public final class Once implements Runnable {
    private final AtomicBoolean done = new AtomicBoolean();
    private final Runnable action;

    public Once(Runnable action) {
        this.action = action;
    }

    @Override
    public void run() {
        if (done.compareAndSet(false, true)) {
            action.run();
        }
    }
}
