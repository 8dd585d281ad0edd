package io.waybill.sandbox.emulator;

import java.util.concurrent.CountDownLatch;

/** The place where calls wait that get no answer. */
public final class HangingCalls {
    private volatile CountDownLatch released = new CountDownLatch(1);

    /** Until the next {@link #release}. */
    public void await() throws InterruptedException {
        released.await();
    }

    /** Lets go who waits now. */
    public synchronized void release() {
        released.countDown();
        released = new CountDownLatch(1);
    }
}
