package io.waybill.inbound.handle;

import io.waybill.handler.HandlerResult;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** On which thread a handler is called. */
enum CallThread {
    /** The job's, which is a virtual one: for handlers that wait more than they work. */
    OF_THE_JOB {
        @Override
        HandlerResult call(String name, Supplier<HandlerResult> handler) {
            return handler.get();
        }
    },
    /**
     * A platform thread for each call. Virtual threads are never taken from a processor while they compute: as many calls as there are
     * processors, each in a loop without end, would stop every job of the process, and nobody could interrupt anything any more.
     */
    OF_ITS_OWN {
        @Override
        HandlerResult call(String name, Supplier<HandlerResult> handler) {
            FutureTask<HandlerResult> call = new FutureTask<>(handler::get);
            Thread thread = Thread.ofPlatform().daemon().name("handler-" + name).start(call);
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return call.get();
                    } catch (InterruptedException overdueOrUnwanted) {
                        // The job's permits are held for as long as the handler is really at work.
                        interrupted = true;
                        thread.interrupt();
                    } catch (ExecutionException escaped) {
                        throw new IllegalStateException(escaped.getCause());
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    };

    /** Calls it, and returns when it has ended, also where the calling thread is interrupted: that is passed on. */
    abstract HandlerResult call(String name, Supplier<HandlerResult> handler);
}
