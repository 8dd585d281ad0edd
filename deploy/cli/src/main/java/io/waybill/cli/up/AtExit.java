package io.waybill.cli.up;

/** Runs something once: when closed, or when the user interrupts the process before that. */
public final class AtExit implements AutoCloseable {
    private final Runnable stop;
    private final Thread hook;
    private boolean done;

    public AtExit(Runnable stop) {
        this.stop = stop;
        this.hook = new Thread(this::stopOnce, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        // Interrupted meanwhile, the hook waits below until we are done.
        stopOnce();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException exiting) {
            // The hook has run or finds nothing left to do.
        }
    }

    private synchronized void stopOnce() {
        if (!done) {
            done = true;
            stop.run();
        }
    }
}
