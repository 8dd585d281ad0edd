package io.waybill.ingress.endpoint;

import io.micronaut.http.HttpResponse;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds the requests that are worked on at the same time, and the bytes of their bodies: one with a thousand pointers weighs more than
 * one with one. The work is done on virtual threads, which may wait for the brokers while
 * everything else still answers.
 */
@Singleton
public final class Bulkhead {
    private final ExecutorService workers;
    private final Semaphore requests;
    private final Semaphore bytes;

    Bulkhead(IngressLimits limits, @Named(TaskExecutors.BLOCKING) ExecutorService workers) {
        this.workers = workers;
        this.requests = new Semaphore(limits.maxInFlight());
        this.bytes = new Semaphore(limits.maxInFlightBytes());
    }

    /**
     * Call it on the event loop, with the body there: a caller that sends slowly holds its own connection, not a permit, and who is
     * refused does not queue behind those who are not.
     *
     * @param length of the body
     * @param work makes the answer, and may block
     * @param refusal makes the answer where the bound is reached, at once
     */
    public CompletionStage<HttpResponse<byte[]>> answer(
            int length, Supplier<HttpResponse<byte[]>> work, Supplier<HttpResponse<byte[]>> refusal) {
        if (!tryEnter(length)) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        try {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return work.get();
                        } finally {
                            // Before the answer is out: who has one may ask again.
                            leave(length);
                        }
                    },
                    workers);
        } catch (RejectedExecutionException stopping) {
            leave(length);
            throw stopping;
        }
    }

    private boolean tryEnter(int length) {
        if (!requests.tryAcquire()) {
            return false;
        }
        if (!bytes.tryAcquire(length)) {
            requests.release();
            return false;
        }
        return true;
    }

    private void leave(int length) {
        bytes.release(length);
        requests.release();
    }
}
