package io.waybill.sources;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work that ends when its time is up, whatever it hangs in. It runs on a virtual thread of its own: interrupting that closes the
 * socket it waits on, and where it hangs in something that no interruption reaches, as in a name look-up, its caller goes on anyway.
 */
public final class BoundedCall {
    private BoundedCall() {}

    /**
     * Runs the work and answers its result; where time is up or the calling thread is interrupted, answers what {@code late} says.
     *
     * @param discard takes a result that came after all, so that nothing it holds leaks
     */
    public static <T> T run(String name, Duration within, Callable<T> work, Supplier<T> late, Consumer<T> discard) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread worker = Thread.ofVirtual().name(name).start(() -> {
            try {
                T value = work.call();
                if (!result.complete(value)) {
                    discard.accept(value);
                }
            } catch (InterruptedException interrupted) {
                result.complete(late.get());
            } catch (Throwable bug) {
                result.completeExceptionally(bug);
            }
        });
        try {
            return result.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException tooLate) {
            result.complete(late.get());
        } catch (InterruptedException interrupted) {
            result.complete(late.get());
            Thread.currentThread().interrupt();
        } catch (ExecutionException bug) {
            throw unwrapped(bug);
        }
        // Either what was just said, or a result that came at the same moment.
        worker.interrupt();
        try {
            return result.resultNow();
        } catch (IllegalStateException bug) {
            throw unwrapped(new ExecutionException(result.exceptionNow()));
        }
    }

    private static RuntimeException unwrapped(ExecutionException bug) {
        return switch (bug.getCause()) {
            case Error error -> throw error;
            case RuntimeException unchecked -> unchecked;
            case null -> new IllegalStateException(bug);
            default -> new IllegalStateException(bug.getCause());
        };
    }
}
